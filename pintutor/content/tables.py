"""TOML in content files, checked against the keys that may stand there."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from pintutor.content.errors import ContentError, raise_first
from pintutor.lab.errors import did_you_mean, printable

_WHERE = re.compile(r"\(at line (\d+), column \d+\)")

KINDS = {
    str: "a string in quotes",
    int: "a whole number",
    bool: "true or false",
    list: "a list of strings",
    dict: "a table of strings",
}


class Key(NamedTuple):
    """What may stand under a key."""

    kind: type
    required: bool = True
    tables: bool = False
    """True for a list of tables rather than of strings."""


Keys = Mapping[str, Key]


def table(path: Path, first: int, text: str, keys: Keys) -> dict[str, Any]:
    """The TOML in `text`, which begins at line `first` of the file, with these keys.

    Errors: ContentError at the line of what is not TOML, not known, missing, empty or
    of another type.
    """
    found = parsed(path, first, text)
    errors = [*_unknown(path, first, text, found, keys)]
    for key, wanted in keys.items():
        errors += _wrong(path, first, text, found, key, wanted)
    raise_first(errors)
    return found


def parsed(path: Path, first: int, text: str) -> dict[str, Any]:
    """The TOML in `text`, which begins at line `first` of the file (ContentError)."""
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise _not_toml(path, first, text, str(error)) from None


def _unknown(
    path: Path, first: int, text: str, found: dict[str, Any], keys: Keys
) -> Iterator[ContentError]:
    """An error for each key that is not known."""
    hint = "known: " + ", ".join(keys)
    for key in found:
        if key not in keys:
            what = f"unknown key `{printable(key[:40])}`" + did_you_mean(key, keys)
            line = line_of(text, key, first)
            yield ContentError(path, line, what, hint=hint, rule="PT002")


def line_of(text: str, key: str, first: int) -> int:
    """The line of the file where a key of `text` stands, or where `text` begins."""
    for number, line in enumerate(text.splitlines(), first):
        if re.match(rf"(\[\[?)?\s*{re.escape(key)}\s*(=|\])", line):
            return number
    return first


def _wrong(
    path: Path, first: int, text: str, found: dict[str, Any], key: str, wanted: Key
) -> Iterator[ContentError]:
    """An error for a key that is missing, empty or of another type."""
    if key not in found:
        if wanted.required:
            yield ContentError(path, first, f"the key `{key}` is missing", rule="PT003")
        return
    value = found[key]
    line = line_of(text, key, first)
    if not _fits(value, wanted):
        kind = "tables, [[" + key + "]]" if wanted.tables else KINDS[wanted.kind]
        yield ContentError(path, line, f"`{key}` must be {kind}", rule="PT004")
    if wanted.required and isinstance(value, str) and not value.strip():
        yield ContentError(path, line, f"`{key}` is empty", rule="PT004")


def _fits(value: object, wanted: Key) -> bool:
    if type(value) is not wanted.kind:
        return False
    if isinstance(value, list):
        return all(isinstance(each, dict if wanted.tables else str) for each in value)
    if isinstance(value, dict):
        return all(isinstance(each, str) for each in value.values())
    return True


def _not_toml(path: Path, first: int, text: str, message: str) -> ContentError:
    found = _WHERE.search(message)
    line = first + (int(found[1]) - 1 if found else max(0, text.count("\n") - 1))
    what = _WHERE.sub("", message).removesuffix("(at end of document)").strip()
    return ContentError(path, line, f"this is not TOML: {what}", rule="PT001")
