"""Taking a mail apart, in a process of its own with little time and memory: `python -m` this package."""
