"""Web push: what is told is shown on the devices where somebody asked for it, if it is still to be read then."""
