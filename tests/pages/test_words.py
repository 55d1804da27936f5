"""Every message in three languages: none missing, none unused, the same blanks, and the right kind of Chinese."""

import json
import re
from pathlib import Path

import pytest
from babel.messages.catalog import Message as Entry
from babel.messages.pofile import read_po

from pages import words
from pages.words import LANGUAGES, Message, message, preferred_language, translator
from tests.pages.messages import used
from tests.running import ROOT

TRANSLATED = [language for language in LANGUAGES if language != "en"]
# Names and symbols that are the same in Chinese.
ALIKE = {"SGD", "Adam", "Nesterov", "3D", "‖g‖", "AdaGrad", "RMSProp", "AdaDelta", "AdamW", "AMSGrad", "Lion"}
ALIKE |= {"NAdam", "RAdam", "Rprop", "SAM"}
ALIKE |= {"f − f*", "BFGS", "L-BFGS", "Fletcher-Reeves", "Polak-Ribière+"}
# Latin words that may occur in a Chinese sentence.
NAMES = {"Beale", "Easom", "Himmelblau", "Rosenbrock", "Styblinski", "Tang", "Hessian", "Sigmoid", "NaN", "Shift"}
NAMES |= {"Armijo", "Wolfe", "Fletcher", "Reeves", "Polak", "Ribière", "Nelder", "Mead"}
NAMES |= {"Ackley", "Booth", "Goldstein", "Griewank", "Levy", "Matyas", "McCormick", "Price", "Rastrigin"}
NAMES |= {"Bukin", "Eggholder", "Schwefel", "Zakharov"}

NAMES |= {"Pascanu", "Mikolov", "Bengio", "Polyak", "Juditsky"}
NAMES |= {"SH", "Hd", "Hg", "SIAM", "Journal", "on", "Control", "and", "Optimization", "Deep", "Learning"}

HAN = r"[\u3400-\u9fff\uf900-\ufaff]"
# Big5 contains the characters of Taiwan and GB 2312 those of the mainland, except for these few.
CHARACTERS = {"zh-TW": "big5", "zh-CN": "gb2312"}
STRAY = {
    "zh-TW": "万与丰么于价优伙体党几厂厘听圣坏复宁怀怜惊扑扰据机杠杰极构柜栖气洁洒涂确离种筑篱胜虫触赶跃适",
    "zh-CN": "乾夥後徵捱於榘麴麽",
}
SIMPLIFIED = "这们个为来对时会发过动样开关没还进长见学习价种题实数运给无机认优势轴"
TRADITIONAL = "這們個為來對時會發過動樣開關沒還進長見學習價種題實數運給無機認優勢軸"
# Terms and quotation marks of the other side.
FOREIGN = {
    "zh-TW": "優化(?!器)|(?<!演)算法|默認|缺省|信息|鼠標|屏幕|程序|網絡|服務器|數據|噪聲|運行|鏈接|加載|視圖|全局|添加"
    "|快捷鍵|[“”‘’]",
    "zh-CN": "最佳化|演算法|预设|讯息|资讯|滑鼠|萤幕|程式|网路|伺服器|资料|杂讯|连结|连线|载入|乱数|全域|新增|快速键"
    "|[「」『』]",
}


def entries(language: str) -> list[Entry]:
    with source(language).open("rb") as file:
        return [entry for entry in read_po(file, abort_invalid=True) if entry.id]


def source(language: str) -> Path:
    return Path(words.__file__).parent / f"{language.replace('-', '_')}.po"


def file(language: str) -> str:
    """The path of the translations."""
    return source(language).relative_to(ROOT).as_posix()


def quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def problem(language: str, text: str, translation: str, what: str) -> str:
    """A message about what to correct, and where."""
    return f"In {file(language)} the translation of {text!r}, {translation!r}, {what}"


def catalogue(language: str) -> dict[str, str]:
    return {entry.id: entry.string for entry in entries(language)}


def foreign_characters(translation: str, language: str) -> set[str]:
    """The Chinese characters that are not used in this language."""
    return {one for one in re.findall(HAN, translation) if one in STRAY[language] or not written(one, language)}


def written(character: str, language: str) -> bool:
    try:
        character.encode(CHARACTERS[language])
    except UnicodeEncodeError:
        return False
    return True


@pytest.mark.parametrize("language", TRANSLATED)
def test_every_message_is_translated_and_none_is_unused(language):
    needed = used()
    translated = {text for text, translation in catalogue(language).items() if translation.strip()}
    missing, unused = needed.keys() - translated, catalogue(language).keys() - needed.keys()
    assert not missing, f"Add these messages and their translations to {file(language)}:\n" + "\n".join(
        f"msgid {quoted(text)}   (from {needed[text]})" for text in sorted(missing)
    )
    assert not unused, f"Nothing says these messages any more, delete them from {file(language)}:\n" + "\n".join(
        f"msgid {quoted(text)}" for text in sorted(unused)
    )


@pytest.mark.parametrize("language", TRANSLATED)
def test_every_entry_is_translated_by_gettext(language):
    translate = translator(language)
    assert len(re.findall(r"^msgid ", source(language).read_text("utf-8"), re.MULTILINE)) == len(entries(language)) + 1
    for entry in entries(language):
        assert not entry.fuzzy, problem(
            language, entry.id, entry.string, "is marked fuzzy: check it and delete the mark"
        )
        assert translate(entry.id) == entry.string


@pytest.mark.parametrize("language", TRANSLATED)
def test_translations_have_the_same_blanks_marks_and_numbers(language):
    for text, translation in catalogue(language).items():
        for pattern in (r"\{\w*\}", r"\*\*", r"-?\d+(?:e\d+)?", r"[−‖]", r"[{}]"):
            mistake = problem(language, text, translation, f"must have the same {pattern}")
            assert sorted(re.findall(pattern, translation)) == sorted(re.findall(pattern, text)), mistake


@pytest.mark.parametrize("language", TRANSLATED)
def test_nothing_is_left_in_english(language):
    for text, translation in catalogue(language).items():
        mistake = problem(
            language, text, translation, "is not Chinese; names belong in ALIKE of tests/pages/test_words.py"
        )
        assert re.search(HAN, translation) or (text in ALIKE and translation == text), mistake
        latin = set(re.findall(r"[A-Za-zÀ-ÿ]{2,}", re.sub(r"\{\w*\}", "", translation))) - NAMES - ALIKE
        mistake = problem(
            language, text, translation, f"has {sorted(latin)}; names belong in NAMES of tests/pages/test_words.py"
        )
        assert not latin, mistake


@pytest.mark.parametrize("language", TRANSLATED)
def test_sentences_end_and_pause_as_in_chinese(language):
    ends = {".": "。", "?": "？", "…": "…"}
    for text, translation in catalogue(language).items():
        assert translation == translation.strip(), problem(language, text, translation, "begins or ends with a space")
        assert not re.search(HAN + r"\s*[,.;:?!]", translation), problem(
            language, text, translation, "has a Western mark after Chinese"
        )
        mistake = problem(language, text, translation, "must end as the English does, with 。, ？, … or no mark")
        assert (translation[-1] in "。？…") == (text[-1] in ends), mistake
        assert translation[-1] == ends.get(text[-1], translation[-1]), mistake


@pytest.mark.parametrize("language", TRANSLATED)
def test_traditional_and_simplified_are_not_mixed(language):
    for text, translation in catalogue(language).items():
        mistakes = sorted(foreign_characters(translation, language))
        assert not mistakes, problem(
            language, text, translation, f"has characters that this language does not write: {mistakes}"
        )


def test_the_other_sides_characters_are_noticed():
    assert len(SIMPLIFIED) == len(TRADITIONAL)
    for simplified, traditional in zip(SIMPLIFIED, TRADITIONAL, strict=True):
        assert foreign_characters(simplified + traditional, "zh-TW") == {simplified} - {traditional}
        assert foreign_characters(simplified + traditional, "zh-CN") == {traditional} - {simplified}


@pytest.mark.parametrize("language", TRANSLATED)
def test_words_are_those_of_the_place(language):
    for text, translation in catalogue(language).items():
        mistakes = re.findall(FOREIGN[language], translation)
        assert not mistakes, problem(language, text, translation, f"has words that are not of the place: {mistakes}")


def test_a_message_is_translated_into_the_language():
    problem_message = message(
        "There is no landscape “{name}”. The landscapes are: {choices}.", name="x", choices=Message("Saddle", {})
    )
    english, chinese = problem_message.translate(translator("en")), problem_message.translate(translator("zh-TW"))
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
    assert preferred_language(locale) == language
