"""Amounts of money, for people."""

from __future__ import annotations

from decimal import Decimal


def money(amount: Decimal) -> str:
    """An amount in USD as text: with cents or, below a dollar, with four significant digits."""
    if amount == 0 or amount >= 1:
        return f"{amount:,.2f}"
    return f"{amount:.{3 - amount.adjusted()}f}".rstrip("0")
