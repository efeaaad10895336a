"""Starting the product and letting people in: commands, server, demonstration, set-up, sign-in."""
