"""A lesson with an exercise of each kind that is judged by running, to be spoilt."""

from __future__ import annotations

from pathlib import Path

from pintutor.content.checking.check_lesson import check_lesson
from pintutor.content.lesson import load
from pintutor.content.policy import FREE, Policy
from pintutor.content.session import Session
from pintutor.lab.lab import Lab

HEAD = """+++
id = "kinds"
title = "Kinds"
topic = "Exercises"
minutes = 5
kernel = "v6.4"
summary = "One of each."
+++

# Kinds

```pin id=start
mmap buf 2
write buf "A"
pin buf[0] as cam
```
"""
HINTS = "```hint\nOne.\n```\n\n```hint\nTwo.\n```\n\n```hint\nThree.\n```\n"
RELEASE = """
```release id=zero
ask = "On which kernel does the count stay?"
commands = '''
mmap un 1
read un
pin un as p
'''
holds = ["zero._refcount == 1"]
why = "Since v6.5."

[wrong]
"v6.4" = "It counts there."
```
"""
HOLDER = """
```holder id=who
ask = "Who?"
page = "buf[0]"
besides = ["init"]

[wrong]
nobody = "Somebody does."
```
"""
BISECT = """
```bisect id=turned
ask = "Which patch?"
commands = '''
mmap un 1
read un
pin un as p
'''
value = "zero._refcount"
from = "v6.4"
to = "v6.5"

[wrong]
bio-extract-pages = "No bio is in it."
```
"""
BLANKS = """
```blanks id=trace
ask = "What is missing?"
commands = '''
pin buf[1] as q
'''
blanks = 2
seed = 1
```
"""
FIX = """
```fix id=mend
ask = "Mend it."
setup = '''
mmap m 1
write m "A"
'''
script = '''
pin m as p
put p
'''
goal = ["m[0]._refcount == 1"]
```
"""
DRIVER = """
```driver id=ladder
ask = "Fill it in."
setup = '''
mmap a 1
mmap b 1
'''
script = '''
pin a write as p else out
pin b write as q else undo
?
undo:
?
out:
'''
cases = ["", "inject fault 1", "inject fault 2"]
goal = ["vmstat.nr_foll_pin_acquired == vmstat.nr_foll_pin_released"]
```
"""
LEAKS = """
```hint id=leaks when failed and vmstat.nr_foll_pin_acquired == 1
The first is still pinned.
```
"""
SOLVED = """zero:
  answer v6.5
who:
  answer cam
turned:
  answer zero-page-unpinned
mend:
  edit 2 unpin p
  check
ladder:
  answer unpin q | unpin p
"""
MISSES = "ladder:\n  answer unpin q; unpin p | read a\n"


def whole() -> str:
    """The lesson with one of each."""
    each = (RELEASE, HOLDER, BISECT, BLANKS, FIX, DRIVER + LEAKS)
    return HEAD + "".join(f"{one}\n{HINTS}" for one in each)


def written(folder: Path, text: str, *, solved: str = SOLVED, misses: str = MISSES) -> Path:
    """A lesson in a course of its own, with what lies beside it."""
    path = folder / "lessons" / "01-kinds" / "01-one" / "lesson.md"
    (path.parent / "near-misses").mkdir(parents=True)
    path.write_text(text)
    path.with_name("solution.pin").write_text(solved)
    if misses:
        (path.parent / "near-misses" / "leaks.pin").write_text(misses)
    return path


def sitting(path: Path, *, policy: Policy = FREE, seed: int = 0) -> Session:
    """The lesson in that file, its own commands done."""
    lesson = load(path, seed=seed)
    lab = Lab(lesson.kernel)
    session = lab.session = Session(lesson, lab, policy=policy)
    while session.next_line() is not None:
        lab.execute("go")
    return session


def only(folder: Path, kind: str, *, policy: Policy = FREE) -> Session:
    """A sitting in a lesson with one exercise."""
    return sitting(
        written(folder, f"{HEAD}{kind}\n{HINTS}", solved="", misses=""), policy=policy
    )


def found(path: Path) -> list[str]:
    """What `pintutor check` finds, as rules and messages."""
    return [f"{each.rule} {each.message}" for each in check_lesson(path, {})]
