"""The sentences that Python has for the stage are those that the stage asks for."""

import re

from pages.server.files import PAGES_FOLDER
from pages.server.sentences import sentences
from pages.words import translator


def test_the_stage_knows_every_sentence() -> None:
    types = (PAGES_FOLDER / "stage" / "types.d.ts").read_text("utf-8")
    known = set(re.findall(r"^  \| '(\w+)'$", types.partition("export type Word =")[2], re.MULTILINE))
    spoken = sentences(translator("en"))
    assert known == {name for name, text in spoken.items() if isinstance(text, str)}
    assert spoken.keys() - known == {"rules"}
