"""Answers by mail: what comes back to a mail of ours becomes a reply in its thread."""
