"""The result of a tournament as a table and as curves."""

import math
from html import escape
from typing import Any, NamedTuple

import numpy as np
import plotly.graph_objects as go

from landscapes.tools.arguments import Floats
from optimizers import ENDINGS, Tournament, profile, ratios
from pages.protocol.fields import View
from pages.server import palette
from pages.words import Translator

MERGED_ENDINGS = {"maximum": "saddle"}  # both are points of rest, but not minima
BEYOND = 1.15  # power and factor by which the curves extend past their last step, to show that they have ended


class Row(NamedTuple):
    """The result of one runner.

    Attributes:
        wins: Number of problems that nobody solved at a lower cost.
        solved: Number of problems that it solved.
        cost: Median cost of a solution over all problems, infinite if fewer than half are solved.
        loss: Median of the final losses, infinite for diverged runs.
        endings: Number of runs for each ending, by the names in `optimizers.ENDINGS`.
    """

    wins: int
    solved: int
    cost: float
    loss: float
    endings: dict[str, int]


def costs(result: Tournament, view: View) -> Floats:
    """The cost of every solution on the clock of the view."""
    if view.clock == "steps":
        return result.cost(steps=1)
    return result.cost(gradients=1) if view.clock == "gradients" else result.cost(1, 1, view.price)


def standings(result: Tournament, cost: Floats) -> list[Row]:
    """A row for every lane."""
    ratio = ratios(cost)
    return [
        Row(
            wins=int((ratio[lane] == 1).sum()),
            solved=int(np.isfinite(ratio[lane]).sum()),
            cost=_median(cost[lane]),
            loss=_median(result.loss[lane]),
            endings=_endings(result.ending[lane]),
        )
        for lane in range(len(cost))
    ]


def _median(numbers: Floats) -> float:
    """The least number that half of the numbers do not exceed."""
    return float(np.quantile(numbers, 0.5, method="inverted_cdf"))


def _endings(ending: Any) -> dict[str, int]:
    counts = dict.fromkeys((name for name in ENDINGS if name not in MERGED_ENDINGS), 0)
    for i, name in enumerate(ENDINGS):
        counts[MERGED_ENDINGS.get(name, name)] += int((ending == i).sum())
    return counts


def clock_unit(view: View, _: Translator) -> str:
    """The unit of the clock."""
    return {"steps": _("steps"), "gradients": _("gradient evaluations"), "all": _("cost")}[view.clock]


def table(rows: list[Row], names: list[str], colours: list[str], view: View, _: Translator) -> str:
    """The standings as an HTML table, the best of every column in bold."""
    endings = {
        "best": _("global minimum"),
        "other": _("other minimum"),
        "saddle": _("saddle or maximum"),
        "stalled": _("plateau"),
        "diverged": _("diverged"),
        "out_of_steps": _("out of steps"),
        "no_step": _("no step"),
    }
    median = _("median {unit} to solve").format(unit=clock_unit(view, _))
    heads = [_("runner"), _("wins"), _("solved"), median, _("median final loss"), *endings.values()]
    columns: list[tuple[list[Any], Any]] = [
        ([one.wins for one in rows], max),
        ([one.solved for one in rows], max),
        ([one.cost for one in rows], min),
        ([one.loss for one in rows], min),
        *(([one.endings[ending] for one in rows], max if ending == "best" else None) for ending in endings),
    ]
    lines = []
    for i, name in enumerate(names):
        numbers = "".join(_cell(numbers, i, best) for numbers, best in columns)
        mark = f'<i style="background:{colours[i]}"></i>'
        lines.append(f'<tr><th scope="row">{mark}{escape(name)}</th>{numbers}</tr>')
    head = "".join(f'<th scope="col">{escape(text)}</th>' for text in heads)
    return f'<table class="slalom-table"><thead><tr>{head}</tr></thead><tbody>{"".join(lines)}</tbody></table>'


def _cell(numbers: list[Any], i: int, best: Any) -> str:
    number = numbers[i]
    text = "–" if math.isinf(number) else f"{number:.4g}" if isinstance(number, float) else str(number)
    none = math.inf if best is min else 0
    leads = best is not None and number == best(numbers) and number != none
    return f"<td><b>{text}</b></td>" if leads else f"<td>{text}</td>"


def figure(cost: Floats, names: list[str], styles: list[int], dark: bool, _: Translator) -> go.Figure:
    """The performance profiles: the share of the problems solved within τ times the best cost."""
    curves = [profile(ratio) for ratio in ratios(cost)]
    end = max((x[-1] for x, _height in curves), default=1.0) ** BEYOND * BEYOND
    colours = palette.RUNNERS["dark" if dark else "light"]
    chart = go.Figure()
    for (x, height), name, style in zip(curves, names, styles, strict=True):
        dash = ",".join(f"{length}px" for length in palette.DASHES[style % len(palette.DASHES)]) or "solid"
        chart.add_scatter(
            x=np.append(x, end),
            y=np.append(height, height[-1]),
            name=name,
            mode="lines",
            line={"shape": "hv", "color": colours[style % len(colours)], "dash": dash, "width": 3},
            hovertemplate=f"{escape(name)}: τ = %{{x:.3g}}, %{{y:.0%}}<extra></extra>",
        )
    chart.update_layout(
        height=420,
        margin={"l": 10, "r": 10, "t": 10, "b": 10},
        legend={"orientation": "h", "y": 1.02, "yanchor": "bottom", "font": {"size": 15}},
        xaxis={"type": "log", "range": [0, math.log10(end)], "title": _("τ: how many times the cost of the best")},
        yaxis={"range": [-0.01, 1.02], "tickformat": ".0%", "title": _("share of the problems solved")},
    )
    return chart
