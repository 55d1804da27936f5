"""Results with other settings: the heat map of two parameters, and the bands of learning rates.

"heat": {"lane": 0, "axes": "lr momentum", "columns": 40, "rows": 40} adds, row by row from the bottom, "heat loss":
f - infimum at the end of every run (infinite if it diverged), and "heat steps": the first step within the tolerance
(NaN if there is none). The header has the two axes, the default ones if "axes" are not two of this lane, and the
"choices" of an axis with their labels. "bands": {"points": 61} adds for every lane i that has a learning rate "band i":
the quantiles of 10, 50 and 90 % over the seeds of f - infimum at the end, for every rate. For long runs there are fewer
nodes than requested.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

import optimizers
from landscapes import Parameter
from optimizers import Race, rates, sweep
from pages.protocol.axes import START, axes, axis_label, choose_axes, values, with_value
from pages.server.blocks import Answer, Block, Cancelled, coarser, whole
from pages.server.pace import MOST_RUN, max_repeats

Floats = NDArray[np.float64]

FINEST = 256  # maximum of columns or rows of a heat map
MOST_POINTS = 241  # of a band
TOLERANCE = 1e-4  # of "heat steps", relative to the initial height
WORKS = 1e-3  # largest final height of a rate in the band, relative to the initial height
SEEDS = 16  # for a race with noise
SHARES = (0.1, 0.5, 0.9)
WANT = ("outcome", "loss", "to_tolerance")
MOST_LANDSCAPES = 2_000  # different ones in one heat map: building each takes time


def height(race: Race) -> float:
    """The height of the start above the infimum; 0 if it is NaN."""
    landscape = race.build_landscape()
    above = float(landscape.at(*race.start)[0]) - landscape.infimum
    return above if above > 0 else 0.0


def add_heat(answer: Answer, query: Any) -> None:
    """Add the heat map of a lane over two axes."""
    race = answer.race
    if not isinstance(query, Mapping) or not race.lanes:
        return
    lane, axis_names = whole(query.get("lane"), 0, len(race.lanes) - 1, 0), query.get("axes")
    names = choose_axes(race, lane, axis_names if isinstance(axis_names, str) else "")
    columns, rows = (whole(query.get(side), FINEST, FINEST, 2) for side in ("columns", "rows"))
    most = MOST_LANDSCAPES if both_of_landscape(race, names) else MOST_RUN
    columns, rows = coarser(columns, rows, min(most, max_repeats(race, 1)))
    header, (loss, steps) = heat(race, lane, names, columns, rows, answer.cancelled)
    choices = [(name, axis_label(one, answer.translate)) for name, one in axes(race, lane).items()]
    answer.header["heat"] = {**header, "choices": choices}
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
    """The heat map of a lane over two axes: its header, and its numbers, shape (2, rows, columns)."""
    axes_by_name = axes(race, lane)
    across, up = (values(axes_by_name[name], count) for name, count in zip(names, (columns, rows), strict=True))
    over, near = {names[1]: up, names[0]: across}, TOLERANCE * height(race)
    result = sweep(race, lane, over=over, want=WANT, tolerance=near, cancelled=cancelled)
    assert result.loss is not None
    assert result.to_tolerance is not None
    diverged = result.ended("diverged")
    above = np.where(diverged, np.inf, result.loss - _infima(race, lane, names, across, up))
    soon = np.where(result.to_tolerance < 0, np.nan, result.to_tolerance)
    header = {
        "lane": lane,
        "axes": [_axis(name, axes_by_name[name], one) for name, one in ((names[0], across), (names[1], up))],
        "theory": _theory(race, lane, names, up) if names[0] == "lr" else None,
    }
    return header, np.stack([above, soon])


def _infima(race: Race, lane: int, names: tuple[str, str], across: Floats, up: Floats) -> Any:
    """The infimum of the landscape in every cell: one number, unless an axis changes it."""
    parameters = [one.name for one in race.build_landscape().parameters]
    if both_of_landscape(race, names):
        rows = [with_value(race, lane, names[1], v) for v in up]
        return np.array(
            [[with_value(row, lane, names[0], u).build_landscape().infimum for u in across] for row in rows]
        )
    if names[0] in parameters:
        return np.array([with_value(race, lane, names[0], u).build_landscape().infimum for u in across])
    if names[1] in parameters:
        return np.array([[with_value(race, lane, names[1], v).build_landscape().infimum] for v in up])
    return race.build_landscape().infimum


def both_of_landscape(race: Race, names: tuple[str, str]) -> bool:
    """Whether both axes are parameters of the landscape, so that every cell has another landscape."""
    parameters = [one.name for one in race.build_landscape().parameters]
    return all(name in parameters for name in names)


def _axis(name: str, parameter: Parameter, along: Floats) -> dict[str, Any]:
    """An axis; "coordinate" is its index if it is a coordinate of the start."""
    coordinate = START.index(name) if name in START else None
    return {"name": name, "values": along.tolist(), "log": parameter.scale == "log", "coordinate": coordinate}


def _theory(race: Race, lane: int, names: tuple[str, str], up: Floats) -> list[list[float]] | None:
    """For every row the learning rate below which theory predicts stability, and the range in which it predicts the
    fastest rate."""
    rows = [rates(with_value(race, lane, names[1], value), lane) for value in up.tolist()]
    if any(row is None for row in rows):
        return None
    return [[row.edge, *(row.fastest or ())] for row in rows if row]


def seeds(race: Race) -> int:
    """The number of seeds of a band: one without noise."""
    return SEEDS if race.noise and race.noise.disturbs else 1


def add_bands(answer: Answer, query: Any) -> None:
    """Add the band of every lane with a learning rate."""
    if not isinstance(query, Mapping):
        return
    race = answer.race
    points = min(whole(query.get("points"), 61, MOST_POINTS, 2), max_repeats(race, len(race.lanes) * seeds(race)))
    answer.header["bands"], curves = bands(race, max(points, 2), answer.cancelled)
    for band, curve in zip(answer.header["bands"], curves, strict=True):
        answer.add(f"band {band['lane']}", curve)


def bands(race: Race, points: int, cancelled: Cancelled | None = None) -> tuple[list[dict[str, Any]], list[Floats]]:
    """The band of every lane with a learning rate: its header, and its numbers, shape (points, 3)."""
    initial_height, infimum = height(race), race.build_landscape().infimum
    headers, numbers = [], []
    for i, lane in enumerate(race.lanes):
        knob = _rate(lane.optimizer)
        if knob is None:
            continue
        along = values(knob, points)
        seed_values = race.seed + np.arange(seeds(race))
        result = sweep(race, i, over={"lr": along, "seed": seed_values}, want=("outcome", "loss"), cancelled=cancelled)
        assert result.loss is not None
        losses = np.where(result.ended("diverged"), np.inf, result.loss - infimum)
        quantiles = np.quantile(losses, SHARES, axis=1, method="inverted_cdf").T
        works = quantiles[:, 1] <= WORKS * initial_height
        decades = float(np.log10(knob.high / knob.low)) * works.mean()
        headers.append({"lane": i, "rates": along.tolist(), "decades": round(float(decades), 3)})
        numbers.append(quantiles)
    return headers, numbers


def _rate(optimizer: str) -> Parameter | None:
    method, _ = optimizers.methods()[optimizer]
    return next((one for one in method.hyperparameters if one.name == "lr" and one.scale == "log"), None)


HEAT = Block("heat", add_heat)
BANDS = Block("bands", add_bands)
