"""Mail: what is told leaves by it, if it is still to be read then."""
