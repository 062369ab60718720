"""`pintutor explore --replay FILE`: a schedule that was saved, carried out again."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from pintutor.cli.envelope import FAILED, FINE, MISFIT, Problem, Reply

if TYPE_CHECKING:
    from pintutor.content.races.schedule_file import Saved
    from pintutor.content.races.walk import Walk

WIDTH = 100
"""Lanes are drawn in so many columns."""


def replay(name: str) -> Reply:
    """Carry a schedule out; exit code 1 when it still goes wrong.

    Errors: Problem when it does not fit, naming what differs.
    """
    from pintutor.content.races.schedule_file import Misfit, open_file
    from pintutor.content.races.schedule_file import replay as replayed

    try:
        saved = open_file(Path(name))
        walk = replayed(saved)
    except Misfit as error:
        raise Problem(
            error.message, code="misfit", status=MISFIT, hint=error.hint, where=name
        ) from None
    bad = walk.points[-1].final.holds or walk.points[-1].stuck or _stopped(walk)
    return Reply(_data(saved, walk), _lines(walk), FAILED if bad else FINE)


def _stopped(walk: Walk) -> bool:
    return bool(walk.points[-1].final.splats)


def _data(saved: Saved, walk: Walk) -> dict[str, object]:
    from pintutor.content.races.walk_results import standing

    steps = [told.to_json() for told in walk.known.told]
    return {**standing(walk).to_json(), "finding": saved.finding, "steps": steps}


def _lines(walk: Walk) -> list[str]:
    import pintutor.view.walks  # noqa: F401  (draws where it stands)
    from pintutor.content.races.lanes import lanes
    from pintutor.content.races.walk_results import standing
    from pintutor.view.lanes import lane_lines, lanes_head
    from pintutor.view.results import result_rows
    from pintutor.view.rows import as_text

    drawn = lanes(walk)
    rows = [*lanes_head(drawn, WIDTH), *(line.row for line in lane_lines(drawn, WIDTH))]
    rows += result_rows(standing(walk), WIDTH)
    return as_text(rows).splitlines()
