"""Every message in three languages: none missing, none unused, the same blanks to fill."""

import re
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from pages import words
from pages.words import LANGUAGES, Message, message, preferred, speaker
from tests.pages.messages import used

TRANSLATED = [language for language in LANGUAGES if language != "en"]
# Names and symbols that are written alike in Chinese.
ALIKE = {"SGD", "Adam", "Nesterov", "Newton", "3D", "‖g‖"}
SIMPLIFIED_ONLY = set("这们个为来对时会发过动样开关没还进长见学习习价种题实数运给无机认优势轴")
TRADITIONAL_ONLY = set("這們個為來對時會發過動樣開關沒還進長見學習價種題實數運給無機認優勢軸")


def catalogue(language: str) -> dict[str, str]:
    path = Path(words.__file__).parent / f"{language.replace('-', '_')}.po"
    with path.open("rb") as source:
        return {entry.id: entry.string for entry in read_po(source, abort_invalid=True) if entry.id}


@pytest.mark.parametrize("language", TRANSLATED)
def test_every_message_is_translated_and_none_is_unused(language):
    translated = {text for text, said in catalogue(language).items() if said}
    missing, unused = used() - translated, catalogue(language).keys() - used()
    assert not missing, f"{language} lacks:\n" + "\n".join(sorted(missing))
    assert not unused, f"{language} has, unused:\n" + "\n".join(sorted(unused))


@pytest.mark.parametrize("language", TRANSLATED)
def test_translations_have_the_same_blanks_and_marks(language):
    for text, said in catalogue(language).items():
        for pattern in (r"\{\w*\}", r"\*\*"):
            assert sorted(re.findall(pattern, said)) == sorted(re.findall(pattern, text)), text


@pytest.mark.parametrize("language", TRANSLATED)
def test_nothing_is_left_in_english(language):
    for text, said in catalogue(language).items():
        assert re.search(r"[\u4e00-\u9fff]", said) or text in ALIKE, f"{text!r} is {said!r}"


def test_traditional_and_simplified_are_not_mixed():
    for text, said in catalogue("zh-TW").items():
        assert not SIMPLIFIED_ONLY - TRADITIONAL_ONLY & set(said), text
    for text, said in catalogue("zh-CN").items():
        assert not (TRADITIONAL_ONLY - SIMPLIFIED_ONLY) & set(said), text


def test_a_message_is_said_in_the_language_asked_for():
    told = message(
        "There is no landscape “{name}”. The landscapes are: {choices}.", name="x", choices=Message("Saddle", {})
    )
    english, chinese = told.said(speaker("en")), told.said(speaker("zh-TW"))
    assert english == "There is no landscape “x”. The landscapes are: Saddle."
    assert "x" in chinese
    assert chinese != english


@pytest.mark.parametrize(
    ("locale", "language"),
    [
        ("zh-TW", "zh-TW"),
        ("zh-Hant", "zh-TW"),
        ("zh-HK", "zh-TW"),
        ("zh", "zh-CN"),
        ("zh-Hans-SG", "zh-CN"),
        ("zh_CN", "zh-CN"),
        ("en-GB", "en"),
        ("fr", "en"),
        ("", "en"),
        (None, "en"),
    ],
)
def test_the_browsers_language_is_followed(locale, language):
    assert preferred(locale) == language
