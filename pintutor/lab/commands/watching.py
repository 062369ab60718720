"""Commands that keep an eye on expressions: what each is now, was, and became."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from pintutor.lab.expressions import Expression
from pintutor.lab.lookups import Lookup
from pintutor.lab.paths import EXPRESSION
from pintutor.lab.registry import command
from pintutor.lab.watches import Watch, Watched, WatchList
from pintutor.lab.words import Word

if TYPE_CHECKING:
    from pintutor.lab.lab import Lab

ALL = "all"


def _watches(lab: Any) -> dict[str, object]:
    return {**{watch.text: watch for watch in lab.watches.kept}, ALL: ALL}


WATCHED = Lookup(
    "EXPRESSION", "an expression that is watched, or `all`", "watch", _watches, raw=True
)


@command(
    "look",
    mutates=False,
    examples=("watch zero._refcount", "watch buf[0].pte.write and not audit.clean"),
    see=("watches", "unwatch", "expect"),
)
def watch(lab: Lab, expression: Annotated[Word, EXPRESSION]) -> WatchList:
    """Watch an expression: after every line it is told when it has another value.

    It need not have a value yet: `buf[0]._refcount` has one once a page is mapped there.
    """
    parsed = Expression.parse(expression.text, expression.start)
    lab.watches.add(lab, parsed)
    return WatchList(lab.watches.watched(lab)[-1:])


@command("look", mutates=False, see=("watch", "unwatch"))
def watches(lab: Lab) -> WatchList:
    """List what is watched: the value now, before, and along the last changes."""
    found: tuple[Watched, ...] = lab.watches.watched(lab)
    note = "" if found else "nothing is watched: `watch zero._refcount`, for one"
    return WatchList(found, note)


@command(
    "look",
    mutates=False,
    examples=("unwatch zero._refcount", "unwatch all"),
    see=("watch", "watches"),
)
def unwatch(lab: Lab, expression: Annotated[Watch | str, WATCHED]) -> WatchList:
    """Watch an expression no more, or none at all."""
    if isinstance(expression, Watch):
        lab.watches.drop(expression)
        return WatchList((), f"{expression.text} is not watched any more")
    lab.watches.drop()
    return WatchList((), "nothing is watched any more")
