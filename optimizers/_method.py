"""What an optimizer declares, and the optimizer made of it."""

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
    r"""What the one file of an optimizer declares.

    Attributes:
        name: in code and in links.
        title: its name on the screen.
        idea: what it does, in one sentence (English, translated where it is shown).
        formula: LaTeX of one step, in the book's symbols, its assignments separated by `,\qquad `. What is a part of
            the step is marked with its term, `\class{term}{...}`.
        reference: where it comes from.
        step: from the state before to the state after; see `optimizers.engine.loop`.
        state: the state before the first step.
        hyperparameters: declared numbers, in the order the step reads them.
        captions: for every term of its parts, and for "clipped" and "step", which all methods have, what it is, in one
            sentence (English, translated where it is shown) whose {blanks} the part's numbers fill.
        anatomy: takes a step apart: the parts in their order, without the whole step, which follows them. Those of
            its arrows that are `adds` sum to the step.
        lookahead: where it takes its gradient.
        probe: where it takes a second one, with the same noise, which is then the one it uses.
        evaluation_counts: reads from the state how many values, gradients and Hessians the method has computed, if it
            counts them itself, because their number varies from step to step.
        extent: reads from the state how far from the point the method's own figure reaches, if it steps with one, such
            as a triangle: a run is not at rest while that is more than a step may be there.
        evaluations: how many of them one step needs; at least, where it counts them itself.
        no_step: how a run ends where the method has no step, which it says by NaN.
        simd: whether many runs can take the step at once, because there is no loop and no call in it,
            and it needs no second gradient.
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
        """The compiled loop with this method's step."""
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
        """Whether it counts what it asks for."""
        return self.evaluation_counts is not no_counts

    @property
    def probes(self) -> bool:
        """Whether it takes a second gradient at every step."""
        return self.probe is not no_probe

    @property
    def uses_gradient(self) -> bool:
        """Whether its steps rest on gradients; of a method without, the record shows those it passes by."""
        return self.evaluations[1] > 0

    @property
    def has_rate(self) -> bool:
        """Whether it has a learning rate, which a schedule can set."""
        return any(one.name == "lr" for one in self.hyperparameters)


class Optimizer:
    """A method with its hyperparameters set. It holds no state: every run begins anew.

    Attributes:
        name: the method's name.
        family: the folder it lies in.
        hyperparameters: what the method declares, a tuple of `landscapes.Parameter`.
        values: their values, by name.
        method: the declaration, with title, formula and reference.
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
