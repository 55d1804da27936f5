"""The result of a race in words: every ending in every language, the same for Python and for the stage."""

import re
from dataclasses import replace
from typing import get_args

import pytest

from optimizers import OUTCOMES, Lane, Race, Trajectory, run
from optimizers.engine.rules import Reason
from pages.protocol.summary import PHRASES, SENTENCES, ending, line, phrase
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
