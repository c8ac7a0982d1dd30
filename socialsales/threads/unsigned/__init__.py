"""Failures told unsigned: whose they are stands in a table of its own, which this package alone reads."""
