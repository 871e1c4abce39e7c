"""What it costs: funds, reservations, payments, batches."""
