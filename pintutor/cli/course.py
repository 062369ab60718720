"""The sub-commands about the course: lessons, the letters they answer, and checks."""

from __future__ import annotations

import os
import sys
from argparse import Namespace
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from pathlib import Path
from shutil import get_terminal_size

from pintutor.cli.envelope import FAILED, FINE, Reply
from pintutor.cli.meter import Status
from pintutor.content import catalogue
from pintutor.content.checking.check import check as findings_of
from pintutor.content.course_map import Course, course, found
from pintutor.content.errors import NoSuchContent, shown
from pintutor.content.learner.progress import Store
from pintutor.content.letters import Entry, Letter, answered, uncovered
from pintutor.content.letters import letters as all_letters
from pintutor.content.packs import packs
from pintutor.content.skeleton import write
from pintutor.lab.errors import did_you_mean, printable
from pintutor.view.browse.course_map import result_rows
from pintutor.view.rows import plain

Lessons = Mapping[str, tuple[str, ...]]
"""The lessons that answer each entry, by its name."""
WIDEST = 78
"""What a line that changes may take, so that it stays one line [columns]."""


def lessons(wanted: str = "") -> Reply:
    """The lessons by topic, and how far the learner is in each (NoSuchContent).

    `wanted` is a name or words, as `lessons` at the prompt takes them.
    """
    store = Store()
    whole = course(store.load())
    places = found(whole.places, wanted) if wanted else whole.places
    if wanted and not places:
        hint = "`pintutor lessons` lists them all"
        raise NoSuchContent(f"no lesson has `{printable(wanted[:40])}`", hint=hint)
    data = [place.to_json() for place in places]
    width = get_terminal_size((100, 24)).columns
    rows = result_rows(Course(places, whole.ahead, ()), width)
    lines = [plain(each) for each in rows] if data else ["no lessons"]
    broken = [f"pack {each.name}: {each.wrong}" for each in packs() if each.wrong]
    return Reply(data, [*lines, *broken, *store.tell()])


def letters(options: Namespace) -> Reply:
    """The letters, each entry with its lessons, and how much has one."""
    fronts = [each.front for each in catalogue.lessons()]
    lessons = answered(fronts)
    chosen = _chosen(options.letter)
    missing = [name for name in uncovered(fronts) if _in(name, chosen)]
    data = {
        "letters": [_letter(each, lessons) for each in chosen],
        "uncovered": missing,
    }
    write_out = _markdown if options.markdown else _text
    lines = [line for each in chosen for line in write_out(each, lessons)]
    count = sum(len(each.entries) for each in chosen)
    total = f"{count - len(missing)} of {count} entries have a lesson"
    return Reply(data, [*lines, total])


def _chosen(name: str | None) -> tuple[Letter, ...]:
    known = {letter.id: letter for letter in all_letters()}
    if name is None:
        return all_letters()
    if name in known:
        return (known[name],)
    what = f"no letter is called `{printable(name[:40])}`" + did_you_mean(name, known)
    raise NoSuchContent(what, hint="there is " + ", ".join(known))


def _in(name: str, chosen: tuple[Letter, ...]) -> bool:
    return any(name.startswith(f"{letter.id}/") for letter in chosen)


def _letter(letter: Letter, lessons: Lessons) -> dict[str, object]:
    done = sum(bool(lessons[entry.name]) for entry in letter.entries)
    return {
        **asdict(letter),
        "links": dict(letter.links),
        "covered": done,
        "entries": [_entry(entry, lessons) for entry in letter.entries],
    }


def _entry(entry: Entry, lessons: Lessons) -> dict[str, object]:
    return {
        "name": entry.name,
        "id": entry.id,
        "kind": entry.kind,
        "version": entry.version,
        "line": entry.line,
        "text": entry.text,
        "patch": entry.patch,
        "repeats": entry.repeats,
        "lessons": list(lessons[entry.name]),
    }


def _text(letter: Letter, lessons: Lessons) -> Iterator[str]:
    yield f"{letter.id}   {letter.title}"
    yield f"  {letter.author}, {letter.date}   {letter.message}"
    for entry in letter.entries:
        found = " ".join(lessons[entry.name]) or "-"
        yield f"  {entry.line:4}  {entry.id:8}  {found}   {entry.text}"
    yield ""


def _markdown(letter: Letter, lessons: Lessons) -> Iterator[str]:
    yield f"## [{letter.title}]({letter.message})"
    yield f"\n{letter.author}, {letter.date}, `{letter.id}`\n"
    yield f"| {letter.counted[:-1]} | entry | what | lesson |"
    yield "|--:|---|---|---|"
    for entry in letter.entries:
        found = ", ".join(f"`{name}`" for name in lessons[entry.name]) or "-"
        yield f"| {entry.line} | {entry.id} | {entry.text} | {found} |"
    yield ""


def check(options: Namespace) -> Reply:
    """What is wrong with lessons and scenarios; progress goes to stderr."""
    path = None if options.path is None else _place(options.path)
    jobs = options.jobs or os.cpu_count() or 1
    status = Status(sys.stderr)

    def told(done: int, count: int, unit: Path) -> None:
        if count > 1:
            text = f"{done}/{count} {shown(unit)}"
            status.show(text[:WIDEST] if status.changes else text)

    findings = findings_of(path, jobs=jobs, told=told)
    status.end()
    lines = []
    for each in findings:
        lines.append(str(each))
        if each.hint:
            lines.append(f"  {each.hint}")
    data = [each.to_json() for each in findings]
    return Reply(data, lines or ["nothing to put right"], FAILED if findings else FINE)


def _place(name: str) -> Path:
    """A path, or the folder of the pack of that name."""
    folders = {each.name: each.folder for each in packs()}
    return Path(name) if Path(name).exists() else folders.get(name) or Path(name)


def new_lesson(options: Namespace) -> Reply:
    """Write the skeleton of a lesson; says where it is and what to do next."""
    path = write(Path(options.root), options.topic, options.id)
    lines = [
        f"{shown(path)} is begun",
        f"write it, then `pintutor check {shown(path.parent)}`",
    ]
    return Reply({"id": options.id, "path": shown(path)}, lines)
