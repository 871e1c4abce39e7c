"""What it costs: funds with their book, what cases hold of them, what is owed, and how it is paid."""

from funds.models.fund import Fund, FundDecision, FundEntry, FundSource, Reservation
from funds.models.owed import Payable
from funds.models.payment import BatchItem, Payee, PaymentBatch

__all__ = [
    "BatchItem", "Fund", "FundDecision", "FundEntry", "FundSource", "Payable", "Payee", "PaymentBatch", "Reservation",
]  # fmt: skip
