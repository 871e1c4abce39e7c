"""One file a verb; each is one transaction: lock, guard, change, advance, record, announce."""
