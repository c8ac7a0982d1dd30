"""`python -m socialsales`, the same as the command."""

from socialsales.cli import main

main()
