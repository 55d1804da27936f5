"""Every message that a person may read, gathered from the sources and from what surfaces and optimizers declare."""

import ast
from pathlib import Path

import landscapes
import optimizers
import pages


def used() -> set[str]:
    """The English texts in use."""
    return marked() | declared()


def marked() -> set[str]:
    """Texts marked in the pages by `_("...")` or `message("...")`, in f-strings too, which Babel passes over."""
    trees = [ast.parse(path.read_text("utf-8")) for path in Path(pages.__file__).parent.rglob("*.py")]
    calls = [node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Call) and node.args]
    said = [call.args[0] for call in calls if isinstance(call.func, ast.Name) and call.func.id in {"_", "message"}]
    return {text.value for text in said if isinstance(text, ast.Constant)}


def declared() -> set[str]:
    """Texts that surfaces, challenges, optimizers and options declare."""
    surfaces = [surface for surface, _challenge in landscapes.surfaces().values()]
    methods = [method for method, _family in optimizers.methods().values()]
    parameters = [one for surface in surfaces for one in surface.parameters]
    parameters += [one for method in methods for one in method.hyperparameters]
    options = (optimizers.SCHEDULES, optimizers.CLIPS, optimizers.AVERAGES, optimizers.NOISES)
    kinds = [kind for option in options for kind in option.values()]
    parameters += [one for kind in kinds for one in kind.parameters]
    return {
        *(text for surface in surfaces for text in (surface.title, surface.watch)),
        *(text for method in methods for text in (method.title, method.idea, *method.captions.values())),
        *(one.meaning for one in parameters if one.meaning),
        *(label for one in parameters for label in one.labels or one.choices),
        *(kind.title for kind in kinds),
        *landscapes.challenges().values(),
        *optimizers.families().values(),
    }
