"""What supervision does: each act in a file of its own."""
