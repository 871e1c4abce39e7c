"""Pages of finance: the funds of each year with their book, what is to be paid, and batches for the bank."""
