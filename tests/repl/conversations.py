"""Conversations for tests: what is shown is kept, nothing is printed."""

from pintutor.repl.conversation import Conversation
from pintutor.view.rows import Row, as_text
from tests.labs import Lab


class Kept:
    """A screen that keeps what it is to show."""

    width = 80

    def __init__(self) -> None:
        self.shown: list[str] = []
        self.complaints: list[str] = []
        self.json: list[str] = []

    def show(self, rows: tuple[Row, ...]) -> None:
        """Keep rows."""
        self.shown.append(as_text(rows))

    def complain(self, rows: tuple[Row, ...], where: str) -> None:
        """Keep what is wrong."""
        self.complaints.append(as_text(rows))

    def data(self, text: str) -> None:
        """Keep a line of JSON."""
        self.json.append(text)


def conversation(*, as_json: bool = False) -> tuple[Conversation, Kept]:
    """A conversation on v6.4, and its screen."""
    kept = Kept()
    return Conversation(Lab("v6.4"), kept, as_json=as_json), kept
