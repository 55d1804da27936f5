"""What an optimizer declares, and the optimizer made of it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType

import numpy as np

from landscapes import Parameter
from landscapes._kernel import Kernel, prepare
from landscapes._landscape import Floats, settle
from optimizers._abreast import together
from optimizers._anatomy import Moment, Part
from optimizers._descent import TRACE, State, descent, here, nothing, stay
from optimizers._rules import End


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
        step: from the state before to the state after; see `optimizers._descent`.
        state: the state before the first step.
        hyperparameters: declared numbers, in the order the step reads them.
        captions: for every term of its parts, and for "clipped" and "step", which all methods have, what it is, in one
            sentence (English, translated where it is shown) whose {blanks} the part's numbers fill.
        anatomy: takes a step apart: the parts in their order, without the whole step, which follows them. Those of
            its arrows that are `adds` sum to the step.
        look: where it takes its gradient.
        probe: where it takes a second one, with the same noise, which is then the one it uses.
        asked: reads from the state how many values, gradients and Hessians the method has asked for, if it counts
            them itself, because their number varies from step to step.
        evaluations: how many of them one step needs; at least, where it counts them itself.
        no_step: how a run ends where the method has no step, which it says by NaN.
        abreast: whether many runs can take the step at once, because there is no loop and no call in it,
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
    look: Kernel = here
    probe: Kernel = stay
    asked: Kernel = nothing
    evaluations: tuple[int, int, int] = (0, 1, 0)
    no_step: End = End.SINGULAR
    abreast: bool = True

    @cached_property
    def trace(self) -> Kernel:
        """The compiled loop with this method's step."""
        return descent(self.name, self.step, self.state, self.look, self.asked, self.no_step, self.probe)

    @cached_property
    def together(self) -> Kernel | None:
        """The loop for many runs at once, or None."""
        return together(self.name, self.step, self.state, self.look) if self.abreast else None

    @property
    def counts(self) -> bool:
        """Whether it counts what it asks for."""
        return self.asked is not nothing

    @property
    def probes(self) -> bool:
        """Whether it takes a second gradient at every step."""
        return self.probe is not stay

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
        self.method = method
        self.family = family
        self.name = method.name
        self.hyperparameters = method.hyperparameters
        self.values = MappingProxyType(settle(method.name, method.hyperparameters, values))
        self.packed: Floats = np.array([*self.values.values()])
        self.packed.setflags(write=False)
        prepare(method.trace, TRACE)

    def __repr__(self) -> str:
        return f"optimizers.get({', '.join([repr(self.name), *(f'{k}={v!r}' for k, v in self.values.items())])})"
