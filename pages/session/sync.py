"""The commit protocol between a session and its stage: how both come to show one race, whatever is late or lost.

The stage sends commits, numbered from 1; the session sends its race with every run of the page's script, stamped with
the session's token, the revision of the race and the number of the last commit that it has taken over:

    stage (pages/stage/sync.js)                      session (this module)
      |                                                |
      |  <- session a, revision 3, acknowledged 0 ---  |   the page opens
      |                                                |
      |  -- commit 1 (session a, revision 3) -------X  |   lost: it is repeated after 4 s, 8 s, 16 s, ...
      |  -- commit 1 (session a, revision 3) ------->  |   taken over: the stage shows it already, so the revision
      |  <- session a, revision 3, acknowledged 1 ---  |   stays, and the stage stops repeating it
      |                                                |
      |  -- commit 2 (session a, revision 3) ---.      |
      |                                          \\     |   meanwhile a widget changes the number of steps:
      |  <- session a, revision 4, acknowledged 1 -\\-  |   revision 4, which the stage shows instead of its own
      |                                             -> |   commit 2 did not know: its steps are not taken over, the
      |  <- session a, revision 5, acknowledged 2 ---  |   rest is, and that is a revision which the stage shows
      |                                                |
      |  -- commit 3 (session a, revision 5) ---.      |
      |                                          \\     |   meanwhile a case is opened: another race, revision 6
      |  <- session a, revision 6, acknowledged 2 -\\-  |
      |                                             -> |   commit 3 is about the race before: acknowledged, not taken
      |  <- session a, revision 6, acknowledged 3 ---  |   over
      |                                                |
      |                                                |   the server ends, and another one begins
      |  <- session b, revision 1, acknowledged 0 ---  |   whatever its revision: it knows nothing of commit 4, which
      |  -- commit 4 (session a, revision 6) ------->  |   was not acknowledged and is repeated at once
      |  <- session b, revision 2, acknowledged 4 ---  |

While a pointer is down, the stage keeps the newest of what the session sends, and shows it when the pointer is lifted.
"""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple


class Commit(NamedTuple):
    """What a stage wants to be taken over.

    Attributes:
        race: the race that it shows, as the browser sent it.
        view: how it is looked at, as the browser sent it.
        edited: whether a number that the rule sets was set by hand.
        current: whether it was made knowing all that was decided here.
    """

    race: Mapping[str, Any]
    view: Mapping[str, Any]
    edited: bool
    current: bool


@dataclass
class Sync:
    """What a session knows of its stage.

    Attributes:
        token: of this session; a stage may outlive the server that it began with.
        revision: counts what was decided here; the stage shows what is newer than what it has.
        replaced_at: the revision at which the race became another one.
        acknowledged: the number of the stage's last commit that was taken over.
    """

    token: str = field(default_factory=lambda: secrets.token_hex(8))
    revision: int = 0
    replaced_at: int = 0
    acknowledged: int = 0

    def stamp(self) -> dict[str, str | int]:
        """What is sent along with the race."""
        return {"session": self.token, "revision": self.revision, "acknowledged": self.acknowledged}

    def change(self) -> None:
        """Notes that something was decided here: the stage shows it."""
        self.revision += 1

    def replace(self) -> None:
        """Notes that the race has become another one: what was committed about the last one is let go."""
        self.replaced_at = self.revision

    def receive(self, message: Mapping[str, Any]) -> Commit | None:
        """Acknowledges a commit, whatever it says; None if there is nothing in it to be taken over."""
        race, view, number, revision = (message.get(name) for name in ("race", "view", "commit", "revision"))
        if isinstance(number, int):
            self.acknowledged = number
        if message.get("session") != self.token or not isinstance(revision, int):
            revision = None  # of another session
        is_older = revision is not None and revision < self.replaced_at
        if not isinstance(race, Mapping) or not isinstance(view, Mapping) or is_older:
            return None
        is_current = revision is not None and revision >= self.revision
        return Commit(race, view, message.get("edited") is True, is_current)

    def apply(self, commit: Commit, as_sent: bool) -> None:
        """Notes that a commit was taken over; where not as it was sent, the stage has to show what became of it."""
        if not (commit.current and as_sent):
            self.change()
