"""HOW: how a case moves. The only code that changes a case is in `flows/actions`."""
