"""WHAT: a case and all that is on file."""
