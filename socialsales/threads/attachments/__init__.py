"""Files that go with posts: sent from the composer, kept by their content, shown to those who read the post."""
