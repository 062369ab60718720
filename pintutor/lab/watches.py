"""Watched expressions: their values now, before, and at the last moments of the trace.

They belong to the learner and not to the machine: undo does not take them back.
"""

from __future__ import annotations

import ast
from bisect import bisect_left
from collections.abc import Iterator
from types import NoneType
from typing import TYPE_CHECKING, NamedTuple

from pintutor.lab.attributes import NoSuchAttribute
from pintutor.lab.errors import CommandError
from pintutor.lab.expressions import Expression
from pintutor.lab.results import to_json
from pintutor.lab.scope import LabScope
from pintutor.lab.timeline import Entry
from pintutor.linux.include.linux.mm_types import Page
from pintutor.sim.errors import Oops

if TYPE_CHECKING:
    from pintutor.lab.lab import Lab

MOST = 16
"""Expressions that are watched at once."""
TRACED = 24
"""Moments of the trace at which a value is told: those at which something was written."""
KNOWN = 4096
"""Values that are kept of one expression."""
LONGEST = 24
"""Longer values are cut [characters]."""

PLAIN = (int, str, bytes, tuple, frozenset, NoneType)
"""What expressions can be; whatever else a name means is a thing, which has parts."""

Value = int | str | None
"""What a watched expression is; None where it has no value."""


class Watched(NamedTuple):
    """A watched expression with its values."""

    expression: str
    value: Value
    before: Value
    """Before the last step, or at a command's end before the command."""
    trace: tuple[Value, ...]
    """At the last moments at which something was written, up to now; oldest first."""
    reason: str = ""
    """Why it has no value now."""


class WatchList(NamedTuple):
    """What is watched."""

    watched: tuple[Watched, ...]
    note: str = ""


class Moment(NamedTuple):
    """A place in the history: the state behind a step of a command."""

    entry: Entry | None
    local: int
    position: int
    """Of the journal [writes]."""


class Watch:
    """One expression, with the values that were found out so far."""

    def __init__(self, expression: Expression) -> None:
        self.expression = expression
        self.told: Value = None
        """The value that the learner was told last."""
        self.lasting = not any(map(_is_result, ast.walk(expression.tree)))
        """False when the value does not follow from the state of the machine alone."""
        self._known: dict[tuple[Entry | None, int], Value] = {}

    @property
    def text(self) -> str:
        """The expression as it was typed."""
        return self.expression.text

    def now(self, lab: Lab) -> Value:
        """The value where the lab stands (CommandError where it has none)."""
        with lab.machine:
            return _shown(lab, self.expression.evaluate(LabScope(lab)))

    def at(self, lab: Lab, moment: Moment) -> Value:
        """The value at a moment, to which the machine is brought if need be."""
        key = (moment.entry, moment.local)
        if self.lasting and key in self._known:
            return self._known[key]
        lab.machine.seek(moment.position)
        value = self.value(lab)
        if len(self._known) >= KNOWN:
            self._known.clear()
        self._known[key] = value
        return value

    def value(self, lab: Lab) -> Value:
        """The value where the lab stands, or None."""
        try:
            return self.now(lab)
        except (CommandError, Oops):
            return None


def _is_result(node: ast.AST) -> bool:
    """True for the name `result`: what it means does not follow from the moment."""
    return isinstance(node, ast.Name) and node.id == "result"


class Watches:
    """What one learner watches, in the order in which it was asked for."""

    def __init__(self) -> None:
        self.kept: tuple[Watch, ...] = ()

    def add(self, lab: Lab, expression: Expression) -> Watch:
        """Watch an expression from now on.

        Errors: CommandError where it never can have a value, or where too many are
        watched.
        """
        watch = Watch(expression)
        if watch.lasting:
            _require_hope(lab, expression)
        kept = tuple(one for one in self.kept if one.text != watch.text)
        if len(kept) >= MOST:
            raise CommandError(
                f"{MOST} expressions are watched already",
                None,
                code="too-many",
                hint="`unwatch EXPRESSION` makes room, `unwatch all` much",
            )
        watch.told = watch.value(lab)
        self.kept = (*kept, watch)
        return watch

    def drop(self, watch: Watch | None = None) -> None:
        """Watch an expression no more; without one, watch nothing."""
        self.kept = tuple(one for one in self.kept if watch and one is not watch)

    def told(self, lab: Lab) -> tuple[str, ...]:
        """What to tell of values that are not what was told last, in words."""
        return tuple(filter(None, (_news(lab, watch) for watch in self.kept)))

    def watched(self, lab: Lab) -> tuple[Watched, ...]:
        """What is watched, with the values along the trace."""
        if not self.kept:
            return ()
        moments = tuple(_moments(lab))
        here = lab.machine.journal.position
        with lab.machine:
            try:
                return tuple(_watched(lab, watch, moments) for watch in self.kept)
            finally:
                lab.machine.seek(here)


def _news(lab: Lab, watch: Watch) -> str:
    old, new = watch.told, watch.value(lab)
    if old == new:
        return ""
    watch.told = new
    both = isinstance(old, int) and isinstance(new, int)
    delta = f"  {int(new or 0) - int(old or 0):+}" if both else ""
    return f"watch {watch.text}: {named(old)} → {named(new)}{delta}"


def named(value: Value) -> str:
    """A value as it is shown; `none` where there is none."""
    return "none" if value is None else str(value)


def _watched(lab: Lab, watch: Watch, moments: tuple[Moment, ...]) -> Watched:
    reason = ""
    lab.machine.seek(moments[-1].position)
    try:
        value = watch.now(lab)
    except (CommandError, Oops) as error:
        value, reason = None, str(error)
    trace = tuple(watch.at(lab, each) for each in moments[:-1])
    before = watch.at(lab, _before(lab))
    return Watched(watch.text, value, before, (*trace, value), reason)


def _before(lab: Lab) -> Moment:
    """The moment before the last step, or before the command that has ended here."""
    stand = lab.timeline.stand()
    if stand.entry is None:
        return Moment(None, 0, lab.timeline.position(0))
    local = 0 if stand.at_end else stand.local - 1
    return Moment(stand.entry, local, stand.entry.position(local))


def _moments(lab: Lab) -> Iterator[Moment]:
    """The last moments with a state of their own up to now, oldest first."""
    found = []
    for moment in _backwards(lab):
        found.append(moment)
        if len(found) == TRACED:
            break
    return reversed(found)


def _backwards(lab: Lab) -> Iterator[Moment]:
    """From now back, each step that wrote something, as it left the machine."""
    timeline = lab.timeline
    stand = timeline.stand()
    index = timeline.entries.index(stand.entry) if stand.entry else -1
    local = stand.local
    while index >= 0:
        entry = timeline.entries[index]
        position = entry.position(local)
        if position == entry.start:
            index -= 1
            local = timeline.entries[index].steps
            continue
        yield Moment(entry, local, position)
        first = bisect_left(entry.events, position, key=lambda event: event.position)
        local = min(local, first) - 1
    yield Moment(None, 0, timeline.position(0))


def _require_hope(lab: Lab, expression: Expression) -> None:
    """Refuse what can never have a value: a name that nothing has, or a bad sum."""
    try:
        _shown(lab, expression.evaluate(LabScope(lab)))
    except CommandError as error:
        wrong = isinstance(error.__cause__, NoSuchAttribute)
        if wrong or error.code != "unknown-name" or _names_nothing(lab, expression, error):
            raise
    except Oops:
        return


def _names_nothing(lab: Lab, expression: Expression, error: CommandError) -> bool:
    """True when the part that has no value is a name that nothing has."""
    assert error.at is not None, "an expression's error is at a part of it"
    start, stop = (each - expression.offset for each in error.at)
    part = expression.text[start:stop]
    if expression.text[:start].endswith((".", "[")):
        return False
    try:
        LabScope(lab).name(part)
    except LookupError:
        return part.isidentifier()
    return False


def _shown(lab: Lab, value: object) -> Value:
    """A value as a number or as text (CommandError for what is neither)."""
    if isinstance(value, Page):
        return lab.names.label(value)
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    if not isinstance(value, PLAIN):
        raise CommandError(
            "this is a thing and no value",
            None,
            code="no-value",
            hint="ask about a part of it: `watch buf[0].pte.write`, `watch p.count`",
        )
    text = value.hex(" ") if isinstance(value, bytes) else str(to_json(value))
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"
