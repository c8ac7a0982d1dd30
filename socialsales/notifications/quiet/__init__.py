"""When somebody is not to be disturbed: what is told waits in the inbox, and leaves it by no other way."""
