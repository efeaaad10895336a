"""What is looked at in an answer: each check with its words and limits, and what is suggested."""
