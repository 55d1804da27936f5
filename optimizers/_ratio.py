"""What the methods that divide by a root of squared gradients share."""

from landscapes._kernel import inlined


@inlined
def ratio(s: float, r: float) -> float:
    """s / r, and 0 for 0 / 0: a coordinate that never had a gradient stays where it is, even without a constant δ."""
    return s / r if r > 0 or s != 0 else 0.0
