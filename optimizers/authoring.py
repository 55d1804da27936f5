"""Everything that the file of a method imports.

A method is one file in the folder of its family. It declares a `Method`: a step from the state before to the state
after, compiled into the shared loop, and its anatomy, which dissects the same step in plain Python. It is discovered
automatically and runs in every contract test.

    from optimizers.authoring import Evaluation, Hyper, Method, Moment, Part, State, Update
    from optimizers.authoring import arrow, captions, device_function, gradient, learning_rate

    @device_function
    def step(k: int, lr: float, at: Evaluation, s: State, h: Hyper) -> Update:
        \"\"\"h = (ε); s is not read.\"\"\"
        return -lr * at.gx, -lr * at.gy, s

    def anatomy(moment: Moment) -> tuple[Part, ...]:
        \"\"\"The gradient and the push.\"\"\"
        return (*gradient(moment), arrow("push", moment.theta, -moment.rate * moment.used, adds=True, rate=moment.rate))

    METHOD = Method(
        name="descent",
        title="Descent",
        idea="Goes down the gradient.",
        formula=r"\\theta \\leftarrow \\theta \\class{push}{- \\epsilon\\, \\class{gradient}{g}}",
        reference="Deep Learning, section 4.3",
        step=step,
        state=(0.0,),
        hyperparameters=(learning_rate(0.01),),
        captions={**captions.COMMON, "push": captions.PUSH},
        anatomy=anatomy,
    )
"""

from landscapes import Floats, Parameter
from landscapes.jets import call
from landscapes.tools.compiler import (
    VALUES,
    compiled,
    device_function,
    float64,
    pointer,
    prepare,
    python_function,
    types,
)
from optimizers._hyperparameters import decay, eps, learning_rate, momentum, weight_decay
from optimizers._method import Method
from optimizers.anatomy import captions
from optimizers.anatomy.line_search import falls, first_alike, first_shortened, repeat, searched
from optimizers.anatomy.parts import (
    Instant,
    Moment,
    Part,
    Spot,
    Triangle,
    Vector,
    adding,
    arrow,
    axes,
    box,
    dot,
    eigen,
    gradient,
    length,
    mean,
    model,
    newest_pair,
    newton_step,
    pair,
    pull,
    root_mean_square,
    to_numbers,
)
from optimizers.engine.line_search import (
    LOOSE,
    TIGHT,
    alike,
    along,
    counted,
    descends,
    evaluation_counts,
    line_search,
    search,
    shortened,
    stride,
)
from optimizers.engine.loop import Evaluation, Hyper, State, Update
from optimizers.engine.ratios import (
    LEAST,
    cramer,
    rates,
    ratio,
    ratios,
    root_mean,
    root_means,
    root_sum,
    sign,
    unit_of,
    units,
)
from optimizers.engine.rules import End

__all__ = [
    "LEAST",
    "LOOSE",
    "TIGHT",
    "VALUES",
    "End",
    "Evaluation",
    "Floats",
    "Hyper",
    "Instant",
    "Method",
    "Moment",
    "Parameter",
    "Part",
    "Spot",
    "State",
    "Triangle",
    "Update",
    "Vector",
    "adding",
    "alike",
    "along",
    "arrow",
    "axes",
    "box",
    "call",
    "captions",
    "compiled",
    "counted",
    "cramer",
    "decay",
    "descends",
    "device_function",
    "dot",
    "eigen",
    "eps",
    "evaluation_counts",
    "falls",
    "first_alike",
    "first_shortened",
    "float64",
    "gradient",
    "learning_rate",
    "length",
    "line_search",
    "mean",
    "model",
    "momentum",
    "newest_pair",
    "newton_step",
    "pair",
    "pointer",
    "prepare",
    "pull",
    "python_function",
    "rates",
    "ratio",
    "ratios",
    "repeat",
    "root_mean",
    "root_mean_square",
    "root_means",
    "root_sum",
    "search",
    "searched",
    "shortened",
    "sign",
    "stride",
    "to_numbers",
    "types",
    "unit_of",
    "units",
    "weight_decay",
]
