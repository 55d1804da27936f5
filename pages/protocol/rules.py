"""The names and explanations of the rules of a race."""

from optimizers import BUDGET
from pages.words import Translator


def rule_titles(_: Translator) -> dict[str, str]:
    """The title of every rule."""
    return {
        "own": _("as set"),
        "same": _("one learning rate for all"),
        "default": _("each one's textbook defaults"),
        "tuned": _("each tuned for this race"),
    }


def rule_help(_: Translator) -> str:
    """The explanation of the rules, one paragraph each."""
    paragraphs = [
        _("One rate for all holds for all first-order runners; a Newton step has its own scale."),
        _("Textbook defaults are mostly the numbers that each method's paper or textbook recommends."),
        _(
            "Tuned: on this landscape, from this start and with this many steps, every runner's learning rate and its "
            "second number are searched over {first} × {second} settings, and {passes} times in all, each time on a "
            "finer lattice around the best; the defaults and what was set are tried too. The lowest final loss wins; "
            "with noise it is the median of {seeds} seeds."
        ).format(first=BUDGET.first, second=BUDGET.second, passes=BUDGET.passes, seeds=BUDGET.seeds),
        _("Changing a runner's settings makes the rule “as set” again."),
    ]
    return "\n\n".join(paragraphs)
