"""Words by which threads are found together: written in a post with a `#`."""
