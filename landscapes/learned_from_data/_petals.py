"""Two irises told apart by their petals: the examples of a linear classifier without a bias."""

from landscapes.learned_from_data._points import Examples, columns, part, standardised

LENGTH, WIDTH, VIRGINICA = columns("petals")
SIGNED = tuple(
    (sign * length, sign * width)
    for length, width, sign in zip(
        standardised(LENGTH), standardised(WIDTH), (2 * label - 1 for label in VIRGINICA), strict=True
    )
)


def petals(validation: float) -> Examples:
    """tᵢ xᵢ for the flowers of one set: petal length and width, times 1 for virginica and -1 for versicolor.

    Weights w tell flower i right where its margin w · tᵢ xᵢ is positive. Both kinds are equally many, so the middle
    of all points is a fair origin.
    """
    return part(SIGNED, validation)
