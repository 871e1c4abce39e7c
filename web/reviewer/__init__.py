"""Pages for the reviewer audience."""
