"""PROOF: canonical bytes, hash chain, Merkle tree and checkpoints of the record (it knows bytes, not cases)."""
