"""The deals as they stand on the steps of the process."""
