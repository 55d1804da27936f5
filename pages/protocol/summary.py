"""The result of a race in words: names of its runners; sentences for screen readers, for notes, and to check the
picture; phrases for the scoreboard and the map."""

from collections import Counter
from collections.abc import Sequence

from optimizers import NOISES, Option, Race, Trajectory, methods
from pages.words import Translator, message

# By how a run ended, see `ending`.
SENTENCES = {
    "best": message("**{name}** reached the global minimum, at ({x}, {y}), after {step} steps."),
    "converged": message("**{name}** reached a local minimum, not the global one, at ({x}, {y}), after {step} steps."),
    "saddle": message("**{name}** came to rest at a saddle, ({x}, {y}), after {step} steps."),
    "maximum": message("**{name}** came to rest at a maximum, ({x}, {y}), after {step} steps."),
    "stalled": message("**{name}** stalled on a plateau at ({x}, {y}), loss {loss}, after {step} steps."),
    "out_of_steps": message("**{name}** used all {step} steps and stands at ({x}, {y}), loss {loss}."),
    "left": message("**{name}** diverged at step {step}: a coordinate passed 1e8."),
    "loss": message("**{name}** diverged at step {step}: its loss passed 1e300."),
    "nan": message("**{name}** diverged at step {step}: its gradient or loss is not a number."),
    "singular": message("**{name}** has no step to take at step {step}: the Hessian at ({x}, {y}) is singular."),
    "nothing_lower": message("**{name}** ended at step {step}: from ({x}, {y}) its line search finds nothing lower."),
}
PHRASES = {
    "best": message("at the global minimum"),
    "converged": message("at a local minimum"),
    "saddle": message("at a saddle"),
    "maximum": message("at a maximum"),
    "stalled": message("stalled on a plateau"),
    "out_of_steps": message("out of steps"),
    "left": message("diverged at step {step}: a coordinate passed 1e8"),
    "loss": message("loss beyond 1e300 at step {step}"),
    "nan": message("not a number from step {step} on"),
    "singular": message("no step at step {step}: the Hessian is singular"),
    "nothing_lower": message("at step {step} the line search finds nothing lower"),
}
WITHOUT_STEP = {"best", "converged", "saddle", "maximum", "stalled"}  # phrases to which the step is added

# Names of runners without an option, and with an option whose kind is not a name by itself.
WITHOUT = {"schedule": message("none"), "clip": message("unclipped"), "average": message("last iterate")}
KIND_NAMES = {"average": message("{kind} average")}


def setting(race: Race, _: Translator) -> str:
    """The setting of the race."""
    blur = _("Blurred by σ = {sigma}.").format(sigma=f"{race.blur:.3g}") if race.blur else ""
    setting = _("From ({x}, {y}), at most {steps} steps, noise {noise}, seed {seed}.").format(
        x=f"{race.start[0]:.4g}",
        y=f"{race.start[1]:.4g}",
        steps=race.steps,
        noise=_noise(race, _),
        seed=race.seed,
    )
    return " ".join(filter(None, [setting, blur]))


def _noise(race: Race, _: Translator) -> str:
    """The scale of the noise, with the name of its kind unless it is Gaussian."""
    if race.noise is None:
        return "0"
    title = _(NOISES[race.noise.kind].title)
    first = f"{race.noise.values[0][1]:.3g}"
    return first if race.noise.kind == "gaussian" else f"{first} ({title})"


def names(race: Race, _: Translator, subject: str = "") -> list[str]:
    """The names of the runners; the second runner with the same name gets a 2.

    Runners are named after their methods. If they differ in one option, the subject of a page, they are named after
    that, with the method only if there are several.
    """
    options = [getattr(lane, subject) if subject else None for lane in race.lanes]
    counts: Counter[str] = Counter()
    result = []
    for name in _names(race, options, _, subject):
        counts[name] += 1
        result.append(name if counts[name] == 1 else f"{name} {counts[name]}")
    return result


def names_without(race: Race, _: Translator, subject: str = "") -> list[str]:
    """The names of the runners if none had the option in which they differ; not numbered."""
    return _names(race, [None] * len(race.lanes), _, subject)


def _names(race: Race, options: Sequence[Option | None], _: Translator, subject: str) -> list[str]:
    titles = [_(methods()[lane.optimizer][0].title) for lane in race.lanes]
    if not subject:
        return titles
    names = [_option_name(option, options, _) if option else _(WITHOUT[subject].text) for option in options]
    several = len({lane.optimizer for lane in race.lanes}) > 1
    return [f"{title} · {name}" for title, name in zip(titles, names, strict=True)] if several else names


def _option_name(option: Option, options: Sequence[Option | None], _: Translator) -> str:
    """The kind of an option, and the choices in which it and others differ; these alone if all kinds are alike."""
    others = [one for one in options if one]
    title = _(option.kinds[option.kind].title)
    if option.option in KIND_NAMES:
        title = _(KIND_NAMES[option.option].text).format(kind=title)
    choices = ", ".join(
        _((one.labels or one.choices)[int(option[one.name])])
        for one in option.kinds[option.kind].parameters
        if one.choices and len({dict(other.values).get(one.name) for other in others}) > 1
    )
    if not choices:
        return title
    return choices if len({other.kind for other in others}) == 1 else f"{title}: {choices}"


def ending(one: Trajectory) -> str:
    """How a run ended: "best" at the global minimum, else the reason, or the outcome if it has none."""
    return "best" if one.outcome == "converged" and one.best else one.reason or one.outcome


def phrase(one: Trajectory, _: Translator) -> str:
    """How a run ended, in a few words."""
    kind = ending(one)
    text = _(PHRASES[kind].text).format(step=one.stopped_at)
    return _("{outcome}, step {step}").format(outcome=text, step=one.stopped_at) if kind in WITHOUT_STEP else text


def line(name: str, one: Trajectory, _: Translator) -> str:
    """The result of one runner."""
    x, y = one.path[-1]
    sentence = _(SENTENCES[ending(one)].text).format(
        name=name, step=one.stopped_at, x=f"{x:.4g}", y=f"{y:.4g}", loss=f"{one.loss[-1]:.3g}"
    )
    return " ".join([sentence, *_option_sentences(one, _)])


def _option_sentences(one: Trajectory, _: Translator) -> list[str]:
    """The effects of clipping and averaging."""
    sentences = []
    if one.clip:
        sentences.append(
            _("Clipping touched {count} of its {steps} steps.").format(count=one.clipped.sum(), steps=one.stopped_at)
        )
    if one.average is not None and one.average_loss is not None:
        x, y = one.average[-1]
        loss = one.average_loss[-1]
        sentences.append(
            _("Its average stands at ({x}, {y}), loss {loss}.").format(x=f"{x:.4g}", y=f"{y:.4g}", loss=f"{loss:.3g}")
        )
    return sentences
