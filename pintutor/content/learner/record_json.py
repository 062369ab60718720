"""A record as JSON has it: what is as at the start is left out."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from pintutor.content.learner.journal import Unreadable
from pintutor.content.learner.record import Answer, Mistake, Record

_EMPTY = asdict(Record())


def to_json(record: Record) -> dict[str, Any]:
    """The record as data."""
    return {name: value for name, value in asdict(record).items() if value != _EMPTY[name]}


def from_json(found: Any) -> Record:
    """The record that data says (Unreadable)."""
    try:
        return _record({**_EMPTY, **found})
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise Unreadable(f"a lesson's record is damaged: {error!r}") from None


def _record(found: dict[str, Any]) -> Record:
    return Record(
        done=_texts(found["done"]),
        answers={
            _text(name): Answer(_text(each["text"]), each["right"] is True)
            for name, each in found["answers"].items()
        },
        hints={_text(name): _count(count) for name, count in found["hints"].items()},
        lines=_texts(found["lines"]),
        part=_count(found["part"]),
        complete=found["complete"] is True,
        typed=_texts(found["typed"]),
        take=_count(found["take"]),
        mistakes={
            _text(name): Mistake(_texts(each["texts"]), _count(each["corrected"]))
            for name, each in found["mistakes"].items()
        },
        seed=_count(found["seed"]),
        drafts={_text(name): _text(each) for name, each in found["drafts"].items()},
        undone=_texts(found["undone"]),
        wrong={_text(name): _texts(each) for name, each in found["wrong"].items()},
    )


def _texts(found: Any) -> list[str]:
    if not isinstance(found, list):
        raise TypeError(f"{found!r} is no list")
    return [_text(each) for each in found]


def _text(found: Any) -> str:
    if not isinstance(found, str):
        raise TypeError(f"{found!r} is no text")
    return found


def _count(found: Any) -> int:
    if not isinstance(found, int) or found < 0:
        raise TypeError(f"{found!r} is no count")
    return found
