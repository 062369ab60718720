"""What every pane of the catalogue does, whatever there is to show."""

import pytest

from pintutor.lab.commands.drawing import PANES
from pintutor.view.ascii import ascii_text
from pintutor.view.panes import moment
from pintutor.view.panes.asked import Asked
from pintutor.view.panes.catalogue import CATALOGUE, KINDS, PaneKind
from pintutor.view.rows import as_text, plain
from pintutor.view.wrap import columns
from tests.labs import Lab
from tests.view.scenes import SCENES, at, scene

WIDTHS = (30, 37, 44, 52, 63, 64, 71, 80, 100)
HEIGHTS = (4, 20)
FITTED = [kind for kind in CATALOGUE if kind.name not in ("source", "branches")]
"""Lines of code, and of commands, are cut by the widget, as an editor does."""
every_pane = pytest.mark.parametrize("kind", CATALOGUE, ids=lambda kind: kind.name)
every_scene = pytest.mark.parametrize("name", SCENES)


def _too_wide(kind: PaneKind, lab: Lab) -> list[str]:
    now = moment(lab)
    asked = Asked(page="buf[0]", focus=kind.name)
    return [
        f"{width}: {plain(one)}"
        for width in WIDTHS
        for height in HEIGHTS
        for one in kind.draw(now, asked, width, height).rows
        if columns(plain(one)) > width
    ]


@every_scene
@pytest.mark.parametrize("kind", FITTED, ids=lambda kind: kind.name)
def test_no_row_is_wider_than_its_pane(kind: PaneKind, name: str) -> None:
    assert _too_wide(kind, scene(name)) == []


@every_scene
@every_pane
def test_a_pane_says_something_whatever_there_is(kind: PaneKind, name: str) -> None:
    pane = kind.draw(moment(scene(name)), Asked(), 60, 10)
    assert as_text(pane.rows).strip()
    assert 0 <= pane.current < len(pane.rows)


@every_scene
def test_every_sign_has_one_in_ascii(name: str) -> None:
    now = moment(scene(name))
    for kind in CATALOGUE:
        asked = Asked(page="buf[0]", focus=kind.name)
        text = ascii_text(as_text(kind.draw(now, asked, 80, 30).rows))
        assert text.isascii(), f"{kind.name}: {set(text) - set(map(chr, range(128)))}"


@every_scene
def test_drawing_changes_nothing_in_the_machine(name: str) -> None:
    lab = scene(name)

    def state() -> tuple[object, ...]:
        journal = lab.machine.journal
        made = sum(page is not None for page in lab.kernel.mem_map)
        return journal.position, journal.end, lab.timeline.cursor, made, lab.kernel.nr_bios

    before = state()
    now = moment(lab)
    for kind in CATALOGUE:
        kind.filled(now)
        kind.shows(now, Asked())
        kind.draw(now, Asked(page="buf[0]", focus=kind.name), 80, 30)
    assert state() == before


@every_pane
def test_a_pane_depends_on_the_same_things_while_nothing_happens(kind: PaneKind) -> None:
    lab = scene("pinned")
    assert kind.shows(moment(lab), Asked()) == kind.shows(moment(lab), Asked())


@pytest.mark.parametrize(
    "name", ["bio", "iomap", "legacy", "extracting", "forked", "piped"]
)
def test_what_a_pane_shows_changes_only_with_what_it_depends_on(name: str) -> None:
    lab = at(name)
    seen: dict[str, tuple[object, object]] = {}
    stale = set()
    for step in range(lab.timeline.total, lab.timeline.total - 60, -1):
        lab.timeline.seek(step)
        now = moment(lab)
        for kind in CATALOGUE:
            shown = kind.shows(now, Asked())
            rows = kind.draw(now, Asked(), 72, 12)
            known, before = seen.get(kind.name, (None, None))
            if known == shown and before != rows:
                stale.add(f"{kind.name} at step {step}")
            seen[kind.name] = shown, rows
    assert stale == set()


def test_what_draw_can_draw_is_what_the_catalogue_has() -> None:
    assert set(PANES) == set(KINDS) and len(KINDS) == len(CATALOGUE)


@pytest.mark.parametrize(
    ("pane", "name"),
    [
        ("iter", "iterators"),
        ("bio", "bio"),
        ("dio", "iomap"),
        ("pipe", "piped"),
        ("watch", "watching"),
    ],
)
def test_a_pane_of_something_is_filled_where_that_is(pane: str, name: str) -> None:
    assert KINDS[pane].filled(moment(scene(name)))
    assert not KINDS[pane].filled(moment(scene("mapped")))
