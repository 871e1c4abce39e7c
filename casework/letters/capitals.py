"""Sums in Chinese capital figures (大写金额), which nobody can alter with a stroke."""

from decimal import Decimal

import cn2an


def capitals(amount: Decimal) -> str:
    """A sum in yuan to the fen as banks write it: 1680.32 is 人民币壹仟陆佰捌拾元叁角贰分.

    Raises ValueError for a sum below zero, beyond the fen or of a hundred million millions and more.
    """
    if not Decimal(0) <= amount < Decimal(10) ** 14 or amount != amount.quantize(Decimal("0.01")):
        raise ValueError("a sum has at most two decimals, is not negative and below 10^14 yuan")
    return f"人民币{cn2an.an2cn(f'{amount:.2f}', 'rmb')}"
