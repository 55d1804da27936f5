"""The commit protocol between a session and its stage: both show the same race, even if messages are late or lost.

The stage sends commits, numbered from 1; the session sends its race with every run of the page's script, stamped with
the session's token, the revision of the race and the number of the last commit that it has received:

    stage (pages/stage/sync.js)                      session (this module)
      |                                                |
      |  <- session a, revision 3, acknowledged 0 ---  |   the page opens
      |                                                |
      |  -- commit 1 (session a, revision 3) -------X  |   lost: it is repeated after 4 s, 8 s, 16 s, ...
      |  -- commit 1 (session a, revision 3) ------->  |   applied: the stage shows it already, so the revision
      |  <- session a, revision 3, acknowledged 1 ---  |   stays, and the stage stops repeating it
      |                                                |
      |  -- commit 2 (session a, revision 3) ---.      |
      |                                          \\     |   meanwhile a widget changes the number of steps:
      |  <- session a, revision 4, acknowledged 1 -\\-  |   revision 4, which replaces that of the stage
      |                                             -> |   commit 2 is older: its steps are ignored, the rest is
      |  <- session a, revision 5, acknowledged 2 ---  |   applied, which is a new revision for the stage
      |                                                |
      |  -- commit 3 (session a, revision 5) ---.      |
      |                                          \\     |   meanwhile a case is opened: another race, revision 6
      |  <- session a, revision 6, acknowledged 2 -\\-  |
      |                                             -> |   commit 3 is about the previous race: it is acknowledged
      |  <- session a, revision 6, acknowledged 3 ---  |   but not applied
      |                                                |
      |                                                |   the server restarts
      |  <- session b, revision 1, acknowledged 0 ---  |   another session: it counts whatever its revision, and
      |  -- commit 4 (session a, revision 6) ------->  |   commit 4, not acknowledged, is repeated at once
      |  <- session b, revision 2, acknowledged 4 ---  |

While a pointer is down, the stage keeps the newest message of the session, and shows it when the pointer is released.
"""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple


class Commit(NamedTuple):
    """A change that a stage sends to its session.

    Attributes:
        race: Race that the stage shows, as the browser sent it.
        view: View of it, as the browser sent it.
        edited: Whether a number that the rule sets was edited by hand.
        current: Whether the stage knew the session's latest revision.
    """

    race: Mapping[str, Any]
    view: Mapping[str, Any]
    edited: bool
    current: bool


@dataclass
class Sync:
    """The session's side of the protocol.

    Attributes:
        token: Token of this session; a stage may outlive the server that created it.
        revision: Number of changes by the session; the stage shows revisions newer than its own.
        replaced_at: Revision at which another race replaced the previous one.
        acknowledged: Number of the last commit received from the stage.
    """

    token: str = field(default_factory=lambda: secrets.token_hex(8))
    revision: int = 0
    replaced_at: int = 0
    acknowledged: int = 0

    def stamp(self) -> dict[str, str | int]:
        """The fields that are sent along with the race."""
        return {"session": self.token, "revision": self.revision, "acknowledged": self.acknowledged}

    def change(self) -> None:
        """Count a change by the session, which the stage will show."""
        self.revision += 1

    def replace(self) -> None:
        """Record that another race replaces the current one: commits about the previous one are ignored."""
        self.replaced_at = self.revision

    def receive(self, message: Mapping[str, Any]) -> Commit | None:
        """Acknowledge a commit, valid or not; return None if there is nothing to apply."""
        race, view, number, revision = (message.get(name) for name in ("race", "view", "commit", "revision"))
        if isinstance(number, int):
            self.acknowledged = number
        if message.get("session") != self.token or not isinstance(revision, int):
            revision = None  # from another session
        is_older = revision is not None and revision < self.replaced_at
        if not isinstance(race, Mapping) or not isinstance(view, Mapping) or is_older:
            return None
        is_current = revision is not None and revision >= self.revision
        return Commit(race, view, message.get("edited") is True, is_current)

    def apply(self, commit: Commit, as_sent: bool) -> None:
        """Record that a commit was applied; if not exactly as sent, the stage has to show the result."""
        if not (commit.current and as_sent):
            self.change()
