"""Decimals kept exactly in every database: SQLite has no decimal, so ten-thousandths are stored as whole numbers."""

from __future__ import annotations

from decimal import Decimal

from sqlalchemy import BigInteger, Dialect
from sqlalchemy.types import TypeDecorator

SCALE = Decimal(10_000)


class ExactDecimal(TypeDecorator[Decimal]):
    """A decimal with up to four places; sums and sorts as a number should. More places raise ValueError."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> int | None:
        if value is None:
            return None
        scaled = value * SCALE
        if scaled != scaled.to_integral_value():
            raise ValueError(f"{value} has more than four decimal places")
        return int(scaled)

    def process_result_value(self, value: int | None, dialect: Dialect) -> Decimal | None:
        return None if value is None else (Decimal(value) / SCALE).normalize() + 0
