"""Supervision, audit, exports and the proof's sequencer."""
