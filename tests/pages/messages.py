"""Every message that a person may read, gathered from the sources and from what surfaces and optimizers declare."""

from pathlib import Path

from babel.messages.extract import extract_from_dir

import landscapes
import optimizers
import pages

KEYWORDS = {"_": None, "message": None}


def used() -> set[str]:
    """The English texts in use."""
    return marked() | declared()


def marked() -> set[str]:
    """Texts marked in the pages by `_("...")` or `message("...")`."""
    room = Path(pages.__file__).parent
    found = extract_from_dir(room, method_map=[("**.py", "python")], keywords=KEYWORDS)
    return {text for _file, _line, text, _comments, _context in found}


def declared() -> set[str]:
    """Texts that surfaces, challenges and optimizers declare."""
    surfaces = [surface for surface, _challenge in landscapes.surfaces().values()]
    methods = [method for method, _family in optimizers.methods().values()]
    parameters = [one for surface in surfaces for one in surface.parameters]
    parameters += [one for method in methods for one in method.hyperparameters]
    return {
        *(text for surface in surfaces for text in (surface.title, surface.watch)),
        *(text for method in methods for text in (method.title, method.idea)),
        *(one.meaning for one in parameters if one.meaning),
        *landscapes.challenges().values(),
    }
