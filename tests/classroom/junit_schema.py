"""The form of JUnit XML: what the schemas of Ant's and of Jenkins's readers both allow."""

from __future__ import annotations

import re
from collections.abc import Iterator
from xml.etree.ElementTree import Element

_COUNT = re.compile(r"[0-9]{1,9}")
_TIME = re.compile(r"[0-9]{1,3}\.[0-9]{3}")
_WHEN = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}")
_TEXT = re.compile(r"(?s).*")
_WORD = re.compile(r"(?s).+")

ATTRIBUTES = {
    "testsuites": {},
    "testsuite": {
        "name": _WORD,
        "package": _TEXT,
        "id": _COUNT,
        "timestamp": _WHEN,
        "hostname": _WORD,
        "tests": _COUNT,
        "failures": _COUNT,
        "errors": _COUNT,
        "skipped": _COUNT,
        "time": _TIME,
    },
    "properties": {},
    "property": {"name": _WORD, "value": _TEXT},
    "testcase": {"name": _TEXT, "classname": _TEXT, "time": _TIME},
    "failure": {"message": _TEXT, "type": _TEXT},
    "error": {"message": _TEXT, "type": _TEXT},
    "skipped": {"message": _TEXT, "type": _TEXT},
    "system-out": {},
    "system-err": {},
}
"""The attributes that each element has, all of them, and what they look like."""

CHILDREN = {
    "testsuites": r"(testsuite )*",
    "testsuite": r"properties (testcase )*system-out system-err ",
    "properties": r"(property )*",
    "testcase": r"((failure|error|skipped) )?",
}
"""What stands in an element, in order; nothing in those that are not named."""


def misfits(root: Element) -> list[str]:
    """What in a document does not have the form."""
    found = [] if root.tag == "testsuites" else [f"the root is {root.tag}"]
    for element in root.iter():
        found += _misfits(element)
    for suite in root.iter("testsuite"):
        found += _miscounted(suite)
    return found


def _misfits(element: Element) -> Iterator[str]:
    wanted = ATTRIBUTES.get(element.tag)
    if wanted is None:
        yield f"no element is called {element.tag}"
        return
    if set(element.attrib) != set(wanted):
        yield f"{element.tag} has {sorted(element.attrib)}"
    for name, form in wanted.items():
        value = element.get(name)
        if value is not None and not form.fullmatch(value):
            yield f"{element.tag} {name} is {value!r}"
    inside = "".join(f"{child.tag} " for child in element)
    if not re.fullmatch(CHILDREN.get(element.tag, ""), inside):
        yield f"in {element.tag} stands {inside}"


def _miscounted(suite: Element) -> Iterator[str]:
    """The counts of a suite that are not those of its cases."""
    counts = {
        "tests": len(suite.findall("testcase")),
        "failures": len(suite.findall("testcase/failure")),
        "errors": len(suite.findall("testcase/error")),
        "skipped": len(suite.findall("testcase/skipped")),
    }
    for name, count in counts.items():
        said = suite.get(name)
        if said is not None and said != str(count):
            yield f"{name} is {said}, not {count}"
