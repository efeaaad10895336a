"""What is asked: question, types, the inventory and its modules, and how what is typed is read."""
