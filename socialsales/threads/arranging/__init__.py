"""Turning, merging, splitting and moving threads, and marking them as outdated."""
