"""The critical points of t sin √|t|, which two surfaces share."""

import math

from landscapes._critical import root


def swing(k: int) -> float:
    """The k-th positive t at which t sin √t has a maximum (odd k) or a minimum (even k); -t is one of the other kind.

    With q = √t it is the root of tan q = -q/2 between (k - ½) π and k π.

    >>> round(swing(7), 4)
    420.9687
    """

    def slope(q: float) -> float:
        return float((-1) ** k * (math.sin(q) + 0.5 * q * math.cos(q)))

    return root(slope, (k - 0.5) * math.pi, k * math.pi) ** 2
