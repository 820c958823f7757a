"""Amounts of money and numbers of things, for people."""

from __future__ import annotations

from decimal import Decimal


def money(amount: Decimal) -> str:
    """An amount in USD as text: with cents or, below a dollar, with four significant digits."""
    if amount == 0 or amount >= 1:
        return f"{amount:,.2f}"
    return f"{amount:.{3 - amount.adjusted()}f}".rstrip("0")


def number_of(number: int, what: str) -> str:
    """A number of things, named in the singular: ``1 request``, ``1,200 requests``."""
    return f"{number:,} {what}" if number == 1 else f"{number:,} {what}s"
