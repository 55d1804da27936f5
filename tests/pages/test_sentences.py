"""The sentences that Python provides for the stage are those that the stage uses."""

import re

from pages.server.files import PAGES_FOLDER
from pages.server.sentences import sentences
from pages.words import translator


def test_the_stage_knows_every_sentence() -> None:
    types = (PAGES_FOLDER / "stage" / "types.d.ts").read_text("utf-8")
    used = set(re.findall(r"^  \| '(\w+)'$", types.partition("export type Word =")[2], re.MULTILINE))
    provided = sentences(translator("en"))
    assert used == {name for name, text in provided.items() if isinstance(text, str)}
    assert provided.keys() - used == {"rules"}
