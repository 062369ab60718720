"""Place: where one was in a list when it was left, kept from sitting to sitting."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from pintutor.view.kept import keep, kept

NAME = "browsed"


@dataclass(frozen=True, slots=True)
class Place:
    """What was chosen, what was looked for, and what was folded away."""

    key: str = ""
    filter: str = ""
    folded: tuple[str, ...] = ()


def place_in(subject: str) -> Place:
    """Where one was in a list; at its beginning where nothing was kept."""
    found = _all().get(subject)
    if not isinstance(found, dict):
        return Place()
    key, text, parts = (found.get(name) for name in ("key", "filter", "folded"))
    return Place(
        key if isinstance(key, str) else "",
        text if isinstance(text, str) and text.isprintable() else "",
        tuple(each for each in parts if isinstance(each, str))
        if isinstance(parts, list)
        else (),
    )


def keep_place(subject: str, place: Place) -> None:
    """Keep where one is in a list."""
    if place != place_in(subject):
        keep(NAME, {**_all(), subject: asdict(place)})


def _all() -> dict[str, object]:
    found = kept(NAME)
    return found if isinstance(found, dict) else {}
