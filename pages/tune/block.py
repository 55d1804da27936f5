"""How a race would go with other settings: the heat map of two numbers, and the bands of learning rates.

"heat": {"lane": 0, "axes": "lr momentum", "columns": 40, "rows": 40} adds, row by row from the bottom, "heat loss":
f - infimum where every run ended (infinite where it diverged), and "heat steps": the first step within the tolerance
(NaN where there is none). "bands": {"points": 61} adds for every lane i that has a learning rate "band i": the
quantiles of 10, 50 and 90 % over the seeds of f - infimum at the end, for every rate. Where runs are long there are
fewer nodes than asked for.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

import optimizers
from landscapes import Parameter
from optimizers import Race, rates, sweep
from pages.protocol.axes import axes, placed, values
from pages.server.blocks import Answer, Block, Cancelled, coarser, whole
from pages.server.pace import MOST_RUN, room

Floats = NDArray[np.float64]

FINEST = 256  # columns or rows of a heat map
MOST_POINTS = 241  # of a band
TOLERANCE = 1e-4  # of the height that a run begins at: near enough
WORKS = 1e-3  # of that height: what a rate must leave no more than, to be in the band
SEEDS = 16  # of a race with noise
SHARES = (0.1, 0.5, 0.9)
WANT = ("outcome", "loss", "to_tolerance")
MOST_LANDSCAPES = 2_000  # different ones in one heat map: each takes a moment to be made


def height(race: Race) -> float:
    """How far above the infimum the race begins; nothing where that is no number."""
    landscape = race.build_landscape()
    above = float(landscape.at(*race.start)[0]) - landscape.infimum
    return above if above > 0 else 0.0


def add_heat(answer: Answer, given: Any) -> None:
    """Adds the heat map of a lane over two axes."""
    race = answer.race
    if not isinstance(given, Mapping) or not race.lanes:
        return
    lane, named = whole(given.get("lane"), 0, len(race.lanes) - 1, 0), given.get("axes")
    names = chosen(race, named if isinstance(named, str) else "", lane)
    columns, rows = (whole(given.get(side), FINEST, FINEST, 2) for side in ("columns", "rows"))
    most = MOST_LANDSCAPES if of_the_landscape(race, names) else MOST_RUN
    columns, rows = coarser(columns, rows, min(most, room(race, 1)))
    answer.header["heat"], (loss, steps) = heat(race, lane, names, columns, rows, answer.cancelled)
    answer.add("heat loss", loss)
    answer.add("heat steps", steps)


def heat(
    race: Race,
    lane: int,
    names: tuple[str, str],
    columns: int,
    rows: int,
    cancelled: Cancelled | None = None,
) -> tuple[dict[str, Any], Floats]:
    """The heat map of a lane over two axes: what its header says, and its numbers, shape (2, rows, columns)."""
    known = axes(race, lane)
    across, up = (values(known[name], count) for name, count in zip(names, (columns, rows), strict=True))
    over, near = {names[1]: up, names[0]: across}, TOLERANCE * height(race)
    found = sweep(race, lane, over=over, want=WANT, tolerance=near, cancelled=cancelled)
    assert found.loss is not None
    assert found.to_tolerance is not None
    diverged = found.ended("diverged")
    above = np.where(diverged, np.inf, found.loss - _infima(race, lane, names, across, up))
    soon = np.where(found.to_tolerance < 0, np.nan, found.to_tolerance)
    header = {
        "lane": lane,
        "axes": [_axis(name, known[name], one) for name, one in ((names[0], across), (names[1], up))],
        "theory": _theory(race, lane, names, up) if names[0] == "lr" else None,
    }
    return header, np.stack([above, soon])


def _infima(race: Race, lane: int, names: tuple[str, str], across: Floats, up: Floats) -> Any:
    """The infimum of the landscape of every cell: one for all, unless an axis changes it."""
    mine = [one.name for one in race.build_landscape().parameters]
    if of_the_landscape(race, names):
        rows = [placed(race, lane, names[1], v) for v in up]
        return np.array([[placed(row, lane, names[0], u).build_landscape().infimum for u in across] for row in rows])
    if names[0] in mine:
        return np.array([placed(race, lane, names[0], u).build_landscape().infimum for u in across])
    if names[1] in mine:
        return np.array([[placed(race, lane, names[1], v).build_landscape().infimum] for v in up])
    return race.build_landscape().infimum


def of_the_landscape(race: Race, names: tuple[str, str]) -> bool:
    """Whether both axes are the landscape's, so that every cell has one of its own."""
    mine = [one.name for one in race.build_landscape().parameters]
    return all(name in mine for name in names)


def _axis(name: str, parameter: Parameter, along: Floats) -> dict[str, Any]:
    return {"name": name, "values": along.tolist(), "log": parameter.scale == "log"}


def _theory(race: Race, lane: int, names: tuple[str, str], up: Floats) -> list[list[float]] | None:
    """For every row the learning rate below which theory has the lane stable, and from which to which it contracts
    fastest."""
    rows = [rates(placed(race, lane, names[1], value), lane) for value in up.tolist()]
    if any(row is None for row in rows):
        return None
    return [[row.edge, *(row.fastest or ())] for row in rows if row]


def seeds(race: Race) -> int:
    """How many seeds a band is of: one, where there is no noise."""
    return SEEDS if race.noise and race.noise.disturbs else 1


def add_bands(answer: Answer, given: Any) -> None:
    """Adds the band of every lane with a learning rate."""
    if not isinstance(given, Mapping):
        return
    race = answer.race
    points = min(whole(given.get("points"), 61, MOST_POINTS, 2), room(race, len(race.lanes) * seeds(race)))
    answer.header["bands"], curves = bands(race, max(points, 2), answer.cancelled)
    for band, curve in zip(answer.header["bands"], curves, strict=True):
        answer.add(f"band {band['lane']}", curve)


def bands(race: Race, points: int, cancelled: Cancelled | None = None) -> tuple[list[dict[str, Any]], list[Floats]]:
    """The band of every lane with a learning rate: its header, and its numbers, shape (points, 3)."""
    begun, infimum = height(race), race.build_landscape().infimum
    headers, numbers = [], []
    for i, lane in enumerate(race.lanes):
        knob = _rate(lane.optimizer)
        if knob is None:
            continue
        along = values(knob, points)
        seeded = race.seed + np.arange(seeds(race))
        found = sweep(race, i, over={"lr": along, "seed": seeded}, want=("outcome", "loss"), cancelled=cancelled)
        assert found.loss is not None
        losses = np.where(found.ended("diverged"), np.inf, found.loss - infimum)
        quantiles = np.quantile(losses, SHARES, axis=1, method="inverted_cdf").T
        works = quantiles[:, 1] <= WORKS * begun
        decades = float(np.log10(knob.high / knob.low)) * works.mean()
        headers.append({"lane": i, "rates": along.tolist(), "decades": round(float(decades), 3)})
        numbers.append(quantiles)
    return headers, numbers


def _rate(optimizer: str) -> Parameter | None:
    method, _ = optimizers.methods()[optimizer]
    return next((one for one in method.hyperparameters if one.name == "lr" and one.scale == "log"), None)


def chosen(race: Race, view_axes: str, lane: int) -> tuple[str, str]:
    """The axes to show: those of the view if this lane has them, else the first two there are."""
    known: Mapping[str, Parameter] = axes(race, lane)
    names = tuple(view_axes.split())
    if len(set(names)) == len(names) == 2 and all(name in known for name in names):
        return names[0], names[1]
    first, second, *_ = known
    return first, second


HEAT = Block("heat", add_heat)
BANDS = Block("bands", add_bands)
