"""The declaration of a method, and the optimizer built from it."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from landscapes import Parameter
from landscapes.tools.arguments import Floats, instance, real, sequence, text, whole
from landscapes.tools.compiler import Kernel, prepare
from landscapes.tools.declarations import check_functions, check_numbers, check_text, set_fields, validate
from landscapes.tools.frozen import FrozenDict
from landscapes.tools.help import InstanceDoc, describe
from optimizers.anatomy.parts import Moment, Part
from optimizers.engine.batched import check_room, specialize_batched
from optimizers.engine.loop import TRACE, State, no_counts, no_extent, no_lookahead, no_probe, specialize_loop
from optimizers.engine.rules import End


@dataclass(frozen=True)
class Method:
    r"""The declaration of a method, one in every file.

    Attributes:
        name: Name in code and in links.
        title: Name on the screen.
        idea: What it does, in one sentence (English; translated where shown).
        formula: LaTeX of one step, in the book's symbols, its assignments separated by `,\qquad `. Each part of the
            step is marked with its term, `\class{term}{...}`.
        reference: Where the method comes from.
        step: Function from the state before to the state after; see `optimizers.engine.loop`.
        state: State before the first step.
        hyperparameters: Declared hyperparameters, in the order in which the step reads them.
        captions: One sentence for every term of its parts and for "clipped" and "step", which all methods have
            (English; translated where shown). The numbers of a part fill the {blanks}.
        anatomy: Dissects a step: returns the parts in order, without the whole step, which follows them. The arrows
            with `adds` sum to the step.
        lookahead: Returns the point at which the method takes its gradient.
        probe: Returns the point of a second gradient, with the same noise, which the method then uses.
        evaluation_counts: Reads the numbers of values, gradients and Hessians computed so far from the state, for
            methods that count them because they vary from step to step.
        extent: Reads the size of the method's figure around the point, such as a simplex, from the state: a run is not
            at rest while it is larger than the step of a run at rest may be.
        evaluations: Number of values, gradients and Hessians per step; the minimum for methods that count them.
        no_step: How a run ends if the method has no step, which the step signals with NaN.
        simd: Whether the step can be vectorized over many runs: it has no loop, no call and no second gradient.
    """

    name: str
    title: str
    idea: str
    formula: str
    reference: str
    step: Kernel
    state: State
    hyperparameters: tuple[Parameter, ...]
    captions: Mapping[str, str]
    anatomy: Callable[[Moment], tuple[Part, ...]]
    lookahead: Kernel = no_lookahead
    probe: Kernel = no_probe
    evaluation_counts: Kernel = no_counts
    extent: Kernel = no_extent
    evaluations: tuple[int, int, int] = (0, 1, 0)
    no_step: End = End.SINGULAR
    simd: bool = True

    def __post_init__(self) -> None:
        check_text(self, "name", "title", "idea", "formula", "reference")
        check_functions(self, "step", "lookahead", "evaluation_counts", "extent", compiled=True)
        check_functions(self, "anatomy")
        check_numbers(self, "hyperparameters")
        names = [one.name for one in self.hyperparameters]
        if not names or "lr" in names[1:]:
            raise ValueError(f"{self.name} must have a hyperparameter, and its learning rate first; it has {names}")
        captions = instance(f"captions of {self.name}", Mapping, "sentences by their terms, as a dict", self.captions)
        state = sequence(f"state of {self.name}", self.state, "a tuple of numbers")
        counts = sequence(f"evaluations of {self.name}", self.evaluations, "how many values, gradients, Hessians")
        if len(counts) != 3:
            raise ValueError(f"evaluations of {self.name} must be of values, gradients and Hessians, not {counts}")
        set_fields(
            self,
            captions=FrozenDict(captions),
            state=tuple(real(f"every number of the state of {self.name}", one) for one in state),
            evaluations=tuple(whole(f"every number of the evaluations of {self.name}", one) for one in counts),
            simd=instance(f"simd of {self.name}", bool, "True or False", self.simd),
        )
        if self.simd:
            check_room(self.name, len(self.state), len(self.hyperparameters))

    def __deepcopy__(self, memo: Any) -> "Method":
        return self

    @cached_property
    def trace(self) -> Kernel:
        """The compiled loop with the step of this method."""
        return specialize_loop(
            self.name,
            self.step,
            self.state,
            self.lookahead,
            self.evaluation_counts,
            self.no_step,
            self.probe,
            self.extent,
        )

    @cached_property
    def batched(self) -> Kernel | None:
        """The loop for many runs at once, or None."""
        return specialize_batched(self.name, self.step, self.state, self.lookahead) if self.simd else None

    @property
    def counts(self) -> bool:
        """Whether the method counts its evaluations."""
        return self.evaluation_counts is not no_counts

    @property
    def probes(self) -> bool:
        """Whether the method takes a second gradient at every step."""
        return self.probe is not no_probe

    @property
    def uses_gradient(self) -> bool:
        """Whether the steps use gradients; otherwise the record contains the gradients at the iterates."""
        return self.evaluations[1] > 0

    @property
    def has_rate(self) -> bool:
        """Whether the method has a learning rate, which a schedule can change."""
        return any(one.name == "lr" for one in self.hyperparameters)


class Optimizer:
    """A method with its hyperparameters set. It holds no state: every run starts from the initial state.

    Attributes:
        name: Name of the method.
        family: Folder in which it is declared.
        hyperparameters: Declared hyperparameters, a tuple of `landscapes.Parameter`.
        values: Values of the hyperparameters, by name.
        method: The declaration, with title, formula and reference.
    """

    def __init__(self, method: Method, family: str, values: Mapping[str, float | str]) -> None:
        self.method = instance("method", Method, "an `optimizers.Method`", method)
        self.family = text("family", family, "the name of a family")
        self.name = method.name
        self.hyperparameters = method.hyperparameters
        self.values = FrozenDict(validate(method.name, method.hyperparameters, values))
        self.packed: Floats = np.array([*self.values.values()])
        self.packed.setflags(write=False)
        prepare(method.trace, TRACE)

    __doc__: Any = InstanceDoc(__doc__)

    def _describe(self) -> str:
        method = self.method
        formula = re.sub(r"\\class\{[^{}]*\}", "", method.formula).replace(r",\qquad ", "\n    ")
        return describe(
            f"{method.title}: {method.idea}",
            f"One step:\n    {formula}",
            numbers=zip(self.hyperparameters, self.values.values(), strict=True),
            reference=method.reference,
        )

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Optimizer) or type(other) is not type(self):
            return NotImplemented
        return (self.method, self.family, self.values) == (other.method, other.family, other.values)

    def __hash__(self) -> int:
        return hash((self.name, self.family, self.values))

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.method, self.family, dict(self.values))

    def __repr__(self) -> str:
        return f"optimizers.get({', '.join([repr(self.name), *(f'{k}={v!r}' for k, v in self.values.items())])})"
