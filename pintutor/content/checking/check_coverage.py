"""Whether each entry of the five letters has a lesson, and each patch a symptom."""

from __future__ import annotations

from collections.abc import Iterator

from pintutor.content import catalogue
from pintutor.content.coverage import unseen
from pintutor.content.errors import ContentError
from pintutor.content.lesson import load
from pintutor.content.letters import SYLLABUS, uncovered
from pintutor.content.places import LESSONS, folder
from pintutor.content.races.findings import Finding
from pintutor.patches import order, series

RULE = "PT028"


def check_coverage() -> Iterator[Finding]:
    """What the course that ships leaves out."""
    listed = catalogue.lessons(folder(LESSONS))
    for name in uncovered(one.front for one in listed):
        letter, _, entry = name.partition("/")
        path = SYLLABUS / f"{letter}.toml"
        lines = path.read_text(encoding="utf-8").splitlines()
        found = (n for n, line in enumerate(lines, 1) if line.startswith(f"{entry} ="))
        hint = f'a lesson says `answers = ["{name}"]`'
        yield Finding(path, next(found, 1), RULE, f"no lesson answers `{name}`", hint)
    yield from _patches(listed)


def _patches(listed: list[catalogue.Listed]) -> Iterator[Finding]:
    taken = []
    for one in listed:
        try:
            taken.append(load(one.path))
        except ContentError:  # the lesson's own check reports it
            continue
    names = [patch.name for patch in series.ALL]
    for name in unseen(taken):
        module = order.ORDER[names.index(name)].replace(".", "/")
        path = SYLLABUS.parents[1] / "patches" / f"{module}.py"
        hint = "a lesson has a ```symptom fence for it"
        yield Finding(path, 1, RULE, f"no lesson shows what `{name}` changes", hint)
