"""The result of a tournament in numbers and as curves."""

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

SHOWN_TOGETHER = {"maximum": "saddle"}  # both are points of rest that are no minimum
BEYOND = 1.15  # how far the curves go on, to show that they have ended


class Row(NamedTuple):
    """What one runner has done.

    Attributes:
        wins: the problems that nobody solved at a lower cost.
        solved: the problems that it solved.
        cost: the median cost of a solution over all problems, infinite if fewer than half are solved.
        loss: the median of the final losses, infinite for those that diverged.
        endings: how many runs ended how, by the names in `optimizers.ENDINGS`.
    """

    wins: int
    solved: int
    cost: float
    loss: float
    endings: dict[str, int]


def costs(met: Tournament, view: View) -> Floats:
    """The cost of every solution on the clock of the view."""
    if view.clock == "steps":
        return met.cost(steps=1)
    return met.cost(gradients=1) if view.clock == "gradients" else met.cost(1, 1, view.price)


def standings(met: Tournament, cost: Floats) -> list[Row]:
    """A row for every lane."""
    ratio = ratios(cost)
    return [
        Row(
            wins=int((ratio[lane] == 1).sum()),
            solved=int(np.isfinite(ratio[lane]).sum()),
            cost=_median(cost[lane]),
            loss=_median(met.loss[lane]),
            endings=_endings(met.ending[lane]),
        )
        for lane in range(len(cost))
    ]


def _median(numbers: Floats) -> float:
    """The least number that half of them do not exceed."""
    return float(np.quantile(numbers, 0.5, method="inverted_cdf"))


def _endings(ending: Any) -> dict[str, int]:
    counts = dict.fromkeys((name for name in ENDINGS if name not in SHOWN_TOGETHER), 0)
    for i, name in enumerate(ENDINGS):
        counts[SHOWN_TOGETHER.get(name, name)] += int((ending == i).sum())
    return counts


def counted(view: View, _: Translator) -> str:
    """What the clock counts."""
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
    median = _("median {unit} to solve").format(unit=counted(view, _))
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
    """The performance profiles: what share of the problems was solved within τ times the best cost."""
    curves = [profile(ratio) for ratio in ratios(cost)]
    end = max((x[-1] for x, _height in curves), default=1.0) ** BEYOND * BEYOND
    colours = palette.RUNNERS["dark" if dark else "light"]
    drawn = go.Figure()
    for (x, height), name, style in zip(curves, names, styles, strict=True):
        dash = ",".join(f"{length}px" for length in palette.DASHES[style % len(palette.DASHES)]) or "solid"
        drawn.add_scatter(
            x=np.append(x, end),
            y=np.append(height, height[-1]),
            name=name,
            mode="lines",
            line={"shape": "hv", "color": colours[style % len(colours)], "dash": dash, "width": 3},
            hovertemplate=f"{escape(name)}: τ = %{{x:.3g}}, %{{y:.0%}}<extra></extra>",
        )
    drawn.update_layout(
        height=420,
        margin={"l": 10, "r": 10, "t": 10, "b": 10},
        legend={"orientation": "h", "y": 1.02, "yanchor": "bottom", "font": {"size": 15}},
        xaxis={"type": "log", "range": [0, math.log10(end)], "title": _("τ: how many times the cost of the best")},
        yaxis={"range": [-0.01, 1.02], "tickformat": ".0%", "title": _("share of the problems solved")},
    )
    return drawn
