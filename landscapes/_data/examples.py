"""What all surfaces learned from data share: the packing of examples, and the mean over them."""

from collections.abc import Sequence

from landscapes.jets import Jet
from landscapes.tools.compiler import Kernel, Values, device_function


def packed(points: Sequence[tuple[float, ...]]) -> tuple[float, ...]:
    """The numbers that the kernels read: the number of points, then the numbers of each point in turn."""
    return (float(len(points)), *(number for point in points for number in point))


def mean(example: Kernel) -> Kernel:
    """The jet of the mean over all examples, as a helper of (x, y, p) for p as packed above.

    A factory, because a kernel that takes another kernel as an argument could not be cached.
    """

    def over_all(x: float, y: float, p: Values) -> Jet:
        f, fx, fy, fxx, fxy, fyy = 0.0, 0.0, 0.0, 0.0, 0.0, 0.0
        n = int(p[0])
        for i in range(n):
            g, gx, gy, gxx, gxy, gyy = example(x, y, p, i)
            f, fx, fy, fxx, fxy, fyy = f + g, fx + gx, fy + gy, fxx + gxx, fxy + gxy, fyy + gyy
        return f / n, fx / n, fy / n, fxx / n, fxy / n, fyy / n

    return device_function(over_all)
