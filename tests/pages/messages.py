"""Every message that a person may read, collected from the sources and from declared surfaces and optimizers."""

import ast
from collections.abc import Iterator
from pathlib import Path

import landscapes
import optimizers
import pages
from landscapes import Parameter
from tests.running import ROOT
from tests.twins import file_of


def used() -> dict[str, str]:
    """The English texts in use, each with its origin: a file of the pages, or a declaration."""
    return declared() | marked()


def marked() -> dict[str, str]:
    """Texts marked in the pages by `_("...")`, `message("...")` or `context.complain("...")`.

    Also inside f-strings, which Babel ignores.
    """
    texts_found = {}
    for path in sorted(Path(pages.__file__).parent.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and node.args and isinstance(text_node := node.args[0], ast.Constant):
                function = node.func
                name = function.id if isinstance(function, ast.Name) else getattr(function, "attr", "")
                if name in {"_", "message", "complain"}:
                    texts_found[text_node.value] = path.relative_to(ROOT).as_posix()
    return texts_found


def declared() -> dict[str, str]:
    """Texts declared by surfaces, challenges, optimizers and options."""
    texts_found = {}
    for name, (surface, _challenge) in landscapes.surfaces().items():
        texts_found |= dict.fromkeys((surface.title, surface.watch, *of_parameters(surface.parameters)), file_of(name))
    for name, (method, _family) in optimizers.methods().items():
        texts = (method.title, method.idea, *method.captions.values(), *of_parameters(method.hyperparameters))
        texts_found |= dict.fromkeys(texts, file_of(name))
    for option in (optimizers.SCHEDULES, optimizers.CLIPS, optimizers.AVERAGES, optimizers.NOISES):
        for kind in option.values():
            texts_found |= dict.fromkeys((kind.title, *of_parameters(kind.parameters)), f"the option {kind.title!r}")
    texts_found |= {title: f"landscapes/{name}/__init__.py" for name, title in landscapes.challenges().items()}
    return texts_found | {title: f"optimizers/{name}/__init__.py" for name, title in optimizers.families().items()}


def of_parameters(declared: tuple[Parameter, ...]) -> Iterator[str]:
    """The texts of parameters."""
    for one in declared:
        yield from (one.labels or one.choices)
        if one.meaning:
            yield one.meaning
