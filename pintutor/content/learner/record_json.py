"""A record as JSON has it: what is as at the start is left out."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from pintutor.content.learner.beside import Beside
from pintutor.content.learner.beside import from_json as beside_from
from pintutor.content.learner.journal import Unreadable
from pintutor.content.learner.record import Answer, Mistake, Record

_FRESH = Record()
_EMPTY = asdict(_FRESH)


def to_json(record: Record) -> dict[str, Any]:
    """The record as data, to be written at once: it holds what the record does."""
    held = ((name, getattr(record, name)) for name in _EMPTY)
    return {name: _data(one) for name, one in held if one != getattr(_FRESH, name)}


def _data(value: Any) -> Any:
    """What a field holds; a copy of all of it would be felt at each step."""
    if isinstance(value, Beside):
        return asdict(value)
    if not isinstance(value, dict):
        return value
    objects = (Answer, Mistake)
    return {
        name: asdict(one) if isinstance(one, objects) else one
        for name, one in value.items()
    }


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
        beside=beside_from(found["beside"]),
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
