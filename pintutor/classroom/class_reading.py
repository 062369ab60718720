"""Reading a class file: each key is known, each value is of its kind, each id is there."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import fields
from pathlib import Path
from types import MappingProxyType

from pintutor.classroom.class_file import REVEALS, Class, Exercise, Hidden
from pintutor.classroom.class_tables import Headers, Table
from pintutor.classroom.limits import Limits
from pintutor.content.catalogue import Listed, lessons
from pintutor.content.errors import ContentError, NoSuchContent, read_text
from pintutor.content.lesson import Lesson, load
from pintutor.content.policy import FREE, Policy
from pintutor.content.scenario import find as find_scenario
from pintutor.content.steps import PASSIVE
from pintutor.content.tables import parsed
from pintutor.lab import releases
from pintutor.lab.errors import CommandError, did_you_mean, printable
from pintutor.lab.expressions import Expression

VERDICTS = ("Never", "Sometimes", "Always")
MOST_POINTS = 10_000
_ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_TOP = ("name", "timeout", "memory", "seed", "changed", "policy", "exercise")
_EXERCISE = ("lesson", "points", "needs", "hidden")


def read_class(path: Path) -> Class:
    """The class that a file describes (ContentError)."""
    text = read_text(path)
    headers = Headers(path, text.splitlines())
    top = Table(headers, "", parsed(path, 1, text))
    known = {each.front.id: each for each in lessons()}
    limits = Limits(
        top.number("timeout", Limits().seconds, least=0.1, most=3600),
        int(top.number("memory", Limits().memory, least=64, most=1 << 20)),
    )
    found = Class(
        top.text("name"),
        _policy(top.table("policy")),
        limits,
        _count(top, "seed", "any", None, least=0, most=2**63 - 1),
        top.one_of("changed", ("mark", "refuse"), "mark") == "refuse",
        tuple(_exercise(each, known) for each in top.tables("exercise")),
    )
    top.end(_TOP)
    names = [each.lesson for each in found.exercises]
    for number, each in enumerate(found.exercises, 1):
        _once(Table(headers, "exercise", {}, each.line), "lesson", names[:number])
    return found


def _policy(table: Table) -> Policy:
    found = Policy(
        _count(table, "attempts", "any", None, least=1, most=1000),
        _count(table, "reveal", "never", FREE.reveal, least=0, most=1000),
        table.flag("skip", default=FREE.skip),
        table.flag("hints", default=FREE.hints),
    )
    table.end(tuple(each.name for each in fields(Policy)))
    return found


def _count(
    table: Table, key: str, none: str, default: int | None, *, least: int, most: int
) -> int | None:
    """A whole number, or the word that stands for none."""
    if key not in table.values:
        return default
    value = table.values.pop(key)
    if value == none:
        return None
    if type(value) is not int or not least <= value <= most:
        raise table.wrong(key, f'`{key}` must be from {least} to {most}, or "{none}"')
    return int(value)


def _exercise(table: Table, known: dict[str, Listed]) -> Exercise:
    name = table.text("lesson", None)
    if name not in known:
        what = f"no lesson is called `{printable(name[:60])}`" + did_you_mean(name, known)
        raise table.wrong("lesson", what)
    lesson = load(known[name].path)
    asked = [step.id for step in lesson.steps if step.kind not in (*PASSIVE, "run")]
    points = table.table("points")
    needs = table.table("needs")
    hidden = tuple(_hidden(each) for each in table.tables("hidden"))
    ids = [*asked, *(each.id for each in hidden)]
    _once(table, "hidden", ids)
    worth = {key: points.number(key, 1, least=0, most=MOST_POINTS) for key in points.left()}
    needed = {key: needs.names(key) for key in needs.left()}
    _known(points, worth, asked, lesson)
    _known(needs, needed, asked, lesson)
    for key, names in needed.items():
        _earlier(needs, key, names, ids)
    for each in hidden:
        _earlier(table, each.id, each.needs, ids)
        _known(table, [each.after] if each.after else [], asked, lesson)
    table.end(_EXERCISE)
    return Exercise(
        name, MappingProxyType(worth), MappingProxyType(needed), hidden, table.first
    )


def _known(table: Table, names: Iterable[str], ids: Sequence[str], lesson: Lesson) -> None:
    for name in names:
        if name not in ids:
            what = f"`{lesson.id}` asks for no `{printable(name[:40])}`"
            raise table.wrong(name, what + did_you_mean(name, ids))


def _earlier(table: Table, name: str, needs: Iterable[str], ids: Sequence[str]) -> None:
    """Refuse a need that is not checked before: there is no going in circles then."""
    before = ids[: ids.index(name)]
    for each in needs:
        if each not in before:
            what = f"`{name}` cannot need `{printable(each[:40])}`"
            hint = "a check needs such as are made before it: " + (", ".join(before) or "-")
            raise table.wrong(name, what + did_you_mean(each, before), hint)


def _once(table: Table, key: str, names: Sequence[str]) -> None:
    for index, name in enumerate(names):
        if name in names[:index]:
            raise table.wrong(key, f"`{printable(name[:40])}` stands twice")


def _hidden(table: Table) -> Hidden:
    """A hidden check; a race of the class itself lies beside the class file."""
    race = table.text("race")
    beside = table.headers.path.parent / race
    found = Hidden(
        table.text("id", None),
        table.number("points", 1, least=0, most=MOST_POINTS),
        table.one_of("reveal", REVEALS, "points"),
        table.text("sentence"),
        table.names("needs"),
        table.text("check"),
        table.text("after"),
        str(beside) if race and beside.is_file() else race,
        table.one_of("verdict", ("", *VERDICTS), ""),
        table.text("kernel"),
    )
    table.end(tuple(each.name for each in fields(Hidden)))
    if not _ID.fullmatch(found.id):
        what = "`id` must be small letters, digits and single hyphens"
        raise table.wrong("id", what)
    if bool(found.check) == bool(found.race):
        raise table.wrong("id", f"`{found.id}` needs either `check` or `race`")
    if found.reveal == "sentence" and not found.sentence:
        what = f"`{found.id}` reveals a sentence and has none"
        raise table.wrong("reveal", what)
    _refuse_unknown(table, found)
    return found


def _refuse_unknown(table: Table, hidden: Hidden) -> None:
    """Refuse an expression, a race or a kernel that cannot be read or is not there."""
    try:
        if hidden.check:
            Expression.parse(hidden.check, 0)
        if hidden.race:
            _race(table, hidden)
        if hidden.kernel:
            releases.find(hidden.kernel)
    except CommandError as error:
        key = "kernel" if error.code.startswith("unknown-") else "check"
        raise table.wrong(key, error.message, error.hint) from None


def _race(table: Table, hidden: Hidden) -> None:
    if not hidden.verdict:
        what = f"`{hidden.id}` does not say what verdict the race is to have"
        raise table.wrong("race", what, "there is " + ", ".join(VERDICTS))
    try:
        find_scenario(hidden.race)
    except (NoSuchContent, ContentError) as error:
        raise table.wrong("race", str(error)) from None
