"""Everything that the file of a surface imports.

A surface is one file in the folder of its challenge. It declares a `Surface`: a kernel, `@compiled` from one scalar
function of a point and a pointer to the parameters that returns the *jet* (f, fx, fy, fxx, fxy, fyy), together with its
map, start, infimum, minima, saddles and parameters. It is discovered automatically and runs in every contract test.

    from landscapes.authoring import Jet, Surface, Values, compiled

    @compiled
    def bowl(x: float, y: float, p: Values) -> Jet:
        \"\"\"The jet; p is not read.\"\"\"
        return x * x + y * y, 2 * x, 2 * y, 2.0, 0.0, 2.0

    SURFACE = Surface(
        name="bowl",
        title="Bowl",
        watch="Who is first?",
        formula=r"x^2 + y^2",
        reference="Deep Learning, section 4.3",
        kernel=bowl,
        domain=((-1.0, 1.0), (-1.0, 1.0)),
        start=(-0.8, 0.6),
        minima=lambda: ((0.0, 0.0),),
    )
"""

from landscapes import _gaussian as gaussian
from landscapes._critical import images, newton, root, swing
from landscapes._data.examples import mean, packed
from landscapes._data.points import VALIDATION, Examples, columns, part, petals, standardised
from landscapes._sigmoid import sigmoid, sigmoid_jet
from landscapes._surface import Domain, Points, Surface
from landscapes.jets import Jet
from landscapes.tools.arguments import Floats, Point
from landscapes.tools.compiler import Values, compiled, device_function, offset, python_function
from landscapes.tools.declarations import Parameter

__all__ = [
    "VALIDATION",
    "Domain",
    "Examples",
    "Floats",
    "Jet",
    "Parameter",
    "Point",
    "Points",
    "Surface",
    "Values",
    "columns",
    "compiled",
    "device_function",
    "gaussian",
    "images",
    "mean",
    "newton",
    "offset",
    "packed",
    "part",
    "petals",
    "python_function",
    "root",
    "sigmoid",
    "sigmoid_jet",
    "standardised",
    "swing",
]
