"""The digest: now and then one mail of what waits to be read in what somebody follows."""
