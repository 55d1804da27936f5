"""The data that the stage needs before any race: surfaces, optimizers, palette and words, in one language."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from latex2mathml.converter import convert

import landscapes
import optimizers
from landscapes import Parameter
from optimizers import Kind
from pages.protocol.axes import meaning
from pages.protocol.fields import BLUR, LANE, OPTIONS, RACE, describe_fields, label
from pages.server import palette
from pages.server.sentences import sentences
from pages.words import Translator, translator

BETWEEN = r",\qquad "  # between two assignments of a method's formula: a line may break here


@cache
def mathml(formula: str) -> str:
    """A formula as MathML, which browsers render themselves; KaTeX would delay the first visit."""
    return convert(formula)


def catalogue(language: str) -> dict[str, Any]:
    """All declarations, translated."""
    _ = translator(language)
    return {
        "language": language,
        "words": sentences(_),
        "palette": palette.ALL,
        "landscapes": {
            name: {
                "title": _(surface.title),
                "watch": _(surface.watch),
                "formula": mathml(surface.formula),
                "domain": surface.domain,
                "ofData": surface.example is not None,
                "parameters": [_parameter(one, _) for one in surface.parameters],
                "blur": _parameter(BLUR, _) if surface.blurred else None,
            }
            for name, (surface, _challenge) in landscapes.surfaces().items()
        },
        "optimizers": {
            name: {
                "title": _(method.title),
                "idea": _(method.idea),
                "formula": "".join(map(mathml, method.formula.split(BETWEEN))),
                "firstOrder": family != "second_order",
                "hasRate": method.has_rate,
                "family": family,
                "hyperparameters": [_parameter(one, _) for one in method.hyperparameters],
            }
            for name, (method, family) in optimizers.methods().items()
        },
        "fields": describe_fields(),
        "families": {name: _(title) for name, title in optimizers.families().items()},
        "options": {
            option: _kinds(label(LANE, option).translate(_), kinds, _) for option, (kinds, _make) in OPTIONS.items()
        },
        "noise": _kinds(label(RACE, "noise").translate(_), optimizers.NOISES, _),
    }


def _kinds(title: str, kinds: Mapping[str, Kind], _: Translator) -> dict[str, Any]:
    """An option with its kinds and their parameters."""
    return {
        "title": title,
        "kinds": {
            name: {"title": _(kind.title), "parameters": [_parameter(one, _) for one in kind.parameters]}
            for name, kind in kinds.items()
        },
    }


def _parameter(one: Parameter, _: Translator) -> dict[str, Any]:
    bounds = {"atLeast": one.at_least, "atMost": one.at_most}
    return {
        "name": one.name,
        "symbol": one.symbol,
        "meaning": meaning(one, _),
        "default": one.default,
        "low": one.low,
        "high": one.high,
        "scale": one.scale,
        "integer": one.integer,
        "zero": one.scale == "log" and one.default == 0,
        "choices": [_(label) for label in one.labels or one.choices],
        **{name: bound for name, bound in bounds.items() if abs(bound) != float("inf")},
    }
