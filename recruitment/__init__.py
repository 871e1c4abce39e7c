"""Recruitment to positions: rounds, candidates, ranking, appointments."""
