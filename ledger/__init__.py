"""PROOF: canonical bytes and the hash chain of the record (it knows bytes, not cases)."""
