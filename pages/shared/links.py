"""A race and its view as the query of a link, and back.

    landscape=rosenbrock+a+1.0+b+100.0&lane=adam+lr+0.1+…&lane=hidden+sgd+lr+0.001+clip+norm+threshold+1.0
    &start=-1.5+2.3&steps=300&noise=gaussian+scale+0.1&…

Words are parted by spaces, which a browser writes as "+", and numbers are written so that they read back to the same
bits. Everything is written down, so that a link means the same race when defaults change.
"""

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

from optimizers import Lane, Option
from pages.shared.reading import OPTIONS, PRICE, USUAL_VIEW, Reading, number

HIDDEN = "hidden"


def query(reading: Reading) -> dict[str, str | list[str]]:
    """The query parameters of a link to exactly this."""
    race, view = reading.race, reading.view
    parameters: dict[str, str | list[str]] = {
        "landscape": _pairs(race.landscape, race.values),
        "lane": [_written(lane) for lane in race.lanes] or "none",
        "start": _numbers(race.start),
        "steps": str(race.steps),
        "noise": _option(race.noise) if race.noise else "0.0",
        "seed": str(race.seed),
        "rule": view.rule,
    }
    if race.blur:
        parameters["blur"] = repr(race.blur)
    if view.at is not None:
        parameters["at"] = str(view.at)
    if view.mode != "map":
        parameters["view"] = view.mode
    if view.window is not None:
        parameters["window"] = _numbers(view.window)
    if view.chosen:
        parameters["runner"] = str(view.chosen + 1)
    if view.case:
        parameters["case"] = view.case
    if view.seeds != 1:
        parameters["seeds"] = str(view.seeds)
    if view.axes:
        parameters["axes"] = view.axes
    if view.measure != "loss":
        parameters["measure"] = view.measure
    if view.part is not None:
        parameters["part"] = str(view.part)
    if view.clock != "steps":
        parameters["clock"] = view.clock
    if view.price != PRICE.default:
        parameters["hessian"] = repr(view.price)
    if view.side != USUAL_VIEW.side:
        parameters["side"] = str(view.side)
    return parameters


def plain(query: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    """The plain data that a link's query asks for, not yet checked: see `pages.shared.reading.read`."""
    asked: dict[str, Any] = {}
    last = {name: values[-1] for name, values in query.items() if values}
    if "landscape" in last:
        asked["landscape"], asked["values"] = _named(last["landscape"])
    if "lane" in query:
        lanes = [_lane(text) for text in query["lane"]]
        asked["lanes"] = [] if list(query["lane"]) == ["none"] else lanes
    for name in ("start", "window"):
        if name in last:
            asked[name] = last[name].split()
    for name in (
        *("steps", "seed", "rule", "blur", "at", "case"),
        *("seeds", "axes", "measure", "part", "clock", "side"),
    ):
        if name in last:
            asked[name] = last[name]
    if "hessian" in last:
        asked["price"] = last["hessian"]
    if "noise" in last:
        kind, values = _named(last["noise"])
        asked["noise"] = kind if number(kind) is not None else {"kind": kind, "values": values}
    if "view" in last:
        asked["mode"] = last["view"]
    if "runner" in last:
        asked["runner"] = last["runner"]
    return asked


def _written(lane: Lane) -> str:
    words = [_pairs(lane.optimizer if lane.shown else f"{HIDDEN} {lane.optimizer}", lane.values)]
    options = {name: getattr(lane, name) for name in OPTIONS}
    return " ".join([*words, *(f"{name} {_option(option)}" for name, option in options.items() if option)])


def _option(option: Option) -> str:
    return _pairs(option.kind, option.values)


def _pairs(name: str, values: Sequence[tuple[str, float]]) -> str:
    return " ".join([name, *(f"{key} {value!r}" for key, value in values)])


def _numbers(numbers: Sequence[float]) -> str:
    return " ".join(map(repr, numbers))


def _named(text: str) -> tuple[str, dict[str, str]]:
    name, *rest = text.split() or [""]
    return name, {key: rest[i + 1] if i + 1 < len(rest) else "" for i, key in enumerate(rest) if i % 2 == 0}


def _lane(text: str) -> dict[str, Any]:
    words = text.split()
    hidden = words[:1] == [HIDDEN]
    words = words[1:] if hidden else words
    begins = [0, *(i for i, word in enumerate(words) if i and word in OPTIONS), len(words)]
    first, *others = (words[begin:end] for begin, end in pairwise(begins))
    name, values = _named(" ".join(first))
    asked = {"optimizer": name, "values": values, "shown": not hidden}
    for option, *rest in others:
        kind, values = _named(" ".join(rest))
        asked[option] = {"kind": kind, "values": values}
    return asked
