"""What is written and not sent yet, kept for its writer alone; and sending it, once."""
