"""What people do in a round, one act a file; the only code of this package that writes."""
