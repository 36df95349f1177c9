"""How right answers share the points of a question."""

from collections.abc import Sequence
from decimal import ROUND_DOWN, Decimal

_FINE = Decimal("0.000001")


def right_weights(given: Sequence[Decimal | None]) -> list[Decimal] | None:
    """The shares (1 = all) of the right answers, from weights in per cent.

    Those without a weight share what the others leave of 100 %. None if the weights cannot add up to 100 %.
    """
    total = sum((weight for weight in given if weight is not None), Decimal(0))
    silent = sum(weight is None for weight in given)
    if total > 100 or (silent == 0 and total != 100) or (silent > 0 and total == 100):
        return None
    left = (100 - total) / 100
    share = (left / silent).quantize(_FINE, ROUND_DOWN) if silent else Decimal(0)
    rest = left - share * silent  # what rounding left over goes to the first, so that the sum is exactly one
    shares: list[Decimal] = []
    for weight in given:
        if weight is not None:
            shares.append(weight / 100)
        else:
            shares.append(share + rest)
            rest = Decimal(0)
    return shares
