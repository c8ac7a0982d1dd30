"""How each kind of row is written to the database; called by the import's actions alone."""
