"""What was done with threads as a whole, as the threads show it."""
