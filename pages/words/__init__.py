"""The words on the screen, in three languages, by gettext.

Messages are the English sentences. `_("...")` marks one where it is used; texts declared by surfaces and optimizers
(titles, sentences, meanings) are messages too. The translations are the .po files beside this module.
"""

import gettext
import io
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import NamedTuple

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

LANGUAGES = {"en": "English", "zh-TW": "繁體中文", "zh-CN": "简体中文"}
DEFAULT = "en"

Translator = Callable[[str], str]


class Message(NamedTuple):
    """A sentence to be translated later: an English text and the values for its blanks."""

    text: str
    values: Mapping[str, object]

    def translate(self, _: Translator) -> str:
        """The sentence in the language of a translator."""
        values = {name: one.translate(_) if isinstance(one, Message) else one for name, one in self.values.items()}
        return _(self.text).format(**values)


def message(text: str, **values: object) -> Message:
    """Mark a sentence for translation and store the values for its blanks."""
    return Message(text, values)


@cache
def translator(language: str) -> Translator:
    """The translation of messages into a language, one of `LANGUAGES`; English if a message is missing."""
    if language == DEFAULT:
        return gettext.NullTranslations().gettext
    with (Path(__file__).parent / f"{language.replace('-', '_')}.po").open("rb") as source:
        catalogue = read_po(source)
    compiled = io.BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return gettext.GNUTranslations(compiled).gettext


def preferred_language(locale: str | None) -> str:
    """The language for a browser's locale.

    >>> [preferred_language(locale) for locale in ("zh-Hant-HK", "zh", "de-AT", None)]
    ['zh-TW', 'zh-CN', 'en', 'en']
    """
    parts = (locale or "").lower().replace("_", "-").split("-")
    if parts[0] != "zh":
        return DEFAULT
    return "zh-TW" if {"tw", "hk", "mo", "hant"} & set(parts[1:]) else "zh-CN"
