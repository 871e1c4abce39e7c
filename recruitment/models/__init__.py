"""Rounds with their posts, and what happens to those who apply to them."""

from recruitment.models.exam import ExamRoom, PhysicalCheck, RoundApplication, ScoreEntry, Seat
from recruitment.models.round import PostPosition, Round, RoundPost, RoundUnit, SharingChange

__all__ = [
    "ExamRoom", "PhysicalCheck", "PostPosition", "Round", "RoundApplication", "RoundPost", "RoundUnit", "ScoreEntry", "Seat",
    "SharingChange",
]  # fmt: skip
