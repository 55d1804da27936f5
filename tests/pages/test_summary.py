"""The result of a race in words: names and endings in every language, the same for Python and for the stage."""

import itertools
import re
from dataclasses import replace
from typing import get_args

import pytest

import optimizers
from optimizers import OUTCOMES, Lane, Race, Trajectory, run
from optimizers.engine.rules import Reason
from pages.contents import PAGES
from pages.protocol.cases import Case, Page
from pages.protocol.fields import OPTIONS
from pages.protocol.summary import PHRASES, SENTENCES, WITHOUT, ending, line, names, names_without, phrase
from pages.server.files import PAGES_FOLDER
from pages.words import LANGUAGES, translator

WITH_REASON = {"diverged", "no_step"}  # outcomes that have one of the reasons
ENDINGS = ["best", *(outcome for outcome in OUTCOMES if outcome not in WITH_REASON), *get_args(Reason)]


def some_run() -> Trajectory:
    (one,) = run(Race("rosenbrock", (Lane("sgd", (("lr", 1e-3),)),), (1.2, 0.3), (("a", 1.0), ("b", 100.0)), 7))
    return one


def run_with(kind: str) -> Trajectory:
    """A run with this ending."""
    if kind in get_args(Reason):
        outcome = "no_step" if kind in ("singular", "nothing_lower") else "diverged"
        return replace(some_run(), outcome=outcome, reason=kind)
    return replace(some_run(), outcome="converged" if kind == "best" else kind, reason=None, best=kind == "best")


def test_every_ending_has_a_sentence_and_a_phrase() -> None:
    assert set(ENDINGS) == SENTENCES.keys() == PHRASES.keys()


@pytest.mark.parametrize("kind", ENDINGS)
def test_an_ending_is_told_in_every_language(kind: str) -> None:
    one = run_with(kind)
    assert ending(one) == kind
    for tell in (phrase, lambda one, _: line("SGD", one, _)):
        texts = {tell(one, translator(language)) for language in LANGUAGES}
        assert len(texts) == len(LANGUAGES)
        assert not any("{" in text or "}" in text for text in texts)


def test_a_phrase_says_the_step_unless_it_is_the_last_one() -> None:
    for kind in ENDINGS:
        assert ("7" in phrase(run_with(kind), translator("en"))) == (kind != "out_of_steps")


@pytest.mark.parametrize(
    ("kind", "language", "text"),
    [
        ("best", "en", "at the global minimum, step 7"),
        ("stalled", "zh-TW", "困在高原，第 7 步"),
        ("out_of_steps", "zh-CN", "步数用尽"),
        ("left", "en", "diverged at step 7: a coordinate passed 1e8"),
        ("nothing_lower", "zh-TW", "第 7 步時，線搜尋找不到更低的點"),
    ],
)
def test_phrases(kind: str, language: str, text: str) -> None:
    assert phrase(run_with(kind), translator(language)) == text


def test_no_script_puts_a_reason_into_words() -> None:
    for file in PAGES_FOLDER.rglob("*.js"):
        assert not {"singular", "nothing_lower"} & set(re.findall(r"\w+", file.read_text("utf-8"))), file


# The names of runners.

NONE, UNIFORM, EMA = None, optimizers.average("uniform"), optimizers.average("ema")
NORM, VALUE = optimizers.clip("norm", 1.0), optimizers.clip("value", 1.0)
NORM_OF_STEP = optimizers.clip("norm", 1.0, applied="step")
INVERSE = optimizers.schedule("inverse")
ENGLISH = translator("en")


def race_of(optimizer_names: str, **options: list[optimizers.Option | None]) -> Race:
    lanes = [Lane(name) for name in optimizer_names.split()]
    for subject, values in options.items():
        lanes = [replace(lane, **{subject: value}) for lane, value in zip(lanes, values, strict=True)]
    return Race("rosenbrock", tuple(lanes), (1.2, 0.3), steps=3)


@pytest.mark.parametrize(
    ("race", "subject", "expected"),
    [
        (race_of("sgd adam sgd sgd"), "", ["SGD", "Adam", "SGD 2", "SGD 3"]),
        (race_of("sgd sgd", clip=[NONE, NORM]), "", ["SGD", "SGD 2"]),
        (race_of("sgd sgd sgd", clip=[NONE, NORM, VALUE]), "clip", ["unclipped", "by norm", "by value"]),
        (
            race_of("sgd sgd sgd", clip=[NONE, NORM, NORM_OF_STEP]),
            "clip",
            ["unclipped", "the gradient", "the whole step"],
        ),
        (race_of("sgd sgd", clip=[VALUE, NORM_OF_STEP]), "clip", ["by value: the gradient", "by norm: the whole step"]),
        (race_of("sgd sgd", clip=[NORM, NORM]), "clip", ["by norm", "by norm 2"]),
        (race_of("sgd sgd", average=[UNIFORM, EMA]), "average", ["uniform average", "exponential average"]),
        (race_of("sgd adam", average=[NONE, EMA]), "average", ["SGD · last iterate", "Adam · exponential average"]),
        (race_of("sgd sgd", schedule=[NONE, INVERSE]), "schedule", ["none", INVERSE.kinds["inverse"].title]),
        (race_of(""), "clip", []),
    ],
)
def test_names(race: Race, subject: str, expected: list[str]) -> None:
    assert names(race, ENGLISH, subject) == expected


def test_names_without_the_option_in_which_runners_differ() -> None:
    race = race_of("sgd adam sgd", average=[UNIFORM, NONE, EMA])
    assert names_without(race, ENGLISH, "average") == [
        "SGD · last iterate",
        "Adam · last iterate",
        "SGD · last iterate",
    ]
    assert names_without(race, ENGLISH) == ["SGD", "Adam", "SGD"]


def test_every_option_may_name_runners() -> None:
    assert WITHOUT.keys() == OPTIONS.keys()


CASES = [(page, case) for page in PAGES for case in page.cases]


@pytest.mark.parametrize(("page", "case"), CASES, ids=[f"{page.name} {case.name}" for page, case in CASES])
def test_the_runners_of_a_case_have_names_of_their_own(page: Page, case: Case) -> None:
    of_languages = [names(case.race, translator(language), page.subject) for language in LANGUAGES]
    assert all(len(set(one)) == len(case.race.lanes) for one in of_languages)
    if page.subject:
        assert not any(one == other for one, other in itertools.combinations(of_languages, 2))


def test_no_script_names_a_runner() -> None:
    words = {"unclipped", "lastIterate", "averageNamed"}
    for file in PAGES_FOLDER.rglob("*.js"):
        text = file.read_text("utf-8")
        assert not words & set(re.findall(r"\w+", text)), file
        assert not re.search(r"^  names\(\)", text, re.MULTILINE), file
