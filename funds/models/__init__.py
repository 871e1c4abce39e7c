"""What it costs: funds with their book, what cases hold of them, what is owed."""

from funds.models.fund import Fund, FundDecision, FundEntry, FundSource, Reservation
from funds.models.owed import Payable

__all__ = ["Fund", "FundDecision", "FundEntry", "FundSource", "Payable", "Reservation"]
