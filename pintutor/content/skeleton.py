"""A new lesson: a file that is in order but for what its author has to write."""

from __future__ import annotations

from pathlib import Path

from pintutor.content import catalogue
from pintutor.content.errors import NoSuchContent, shown
from pintutor.content.front import IDENTIFIER
from pintutor.content.lesson import SOLUTION

LESSON = """\
+++
id = "{id}"
title = "{title}"
topic = "{topic}"
minutes = 5
kernel = "v6.4"
answers = []
functions = []
patches = []
summary = ""
+++

# {title}

Say in two sentences what goes wrong, and for whom.

```pin id=make
mmap buf 2
write buf "A"
```

```predict id=ask
ask = "What will `buf[0]._refcount` be?"
expr = "buf[0]._refcount"
of = "show"
why = ""
```

```pin id=show
pin buf[0] as p
```

```task id=give-back
Say what to reach.
```

```check
buf[0]._refcount == 1
```

```hint
```

```hint
```

```hint
```

```after
Say where this stands in Linux: file, function, commit, release; and what to read next.
```
"""
SOLVED = "give-back:\n  unpin p\n"


def write(root: Path, topic: str, name: str) -> Path:
    """Make the folder of a lesson and its two files; returns the lesson's file.

    Errors: NoSuchContent when there is no such course, or the lesson cannot be made.
    """
    if not root.is_dir():
        hint = "`--root DIR` names the folder of lessons of a course"
        raise NoSuchContent(f"{root} is no folder", hint=hint)
    if not IDENTIFIER.fullmatch(name):
        raise NoSuchContent(f"`{name}` is not small letters, digits and single hyphens")
    if not catalogue.FOLDER.fullmatch(topic):
        hint = "two digits and a name: 06-old-direct-io"
        raise NoSuchContent(f"`{topic}` is no folder of a topic", hint=hint)
    known = catalogue.lessons(root)
    for one in known:
        if one.front.id == name:
            raise NoSuchContent(f"{shown(one.path)} has the id `{name}`")
    folder = root / topic / f"{_next(root / topic):02}-{name}"
    words = name.replace("-", " ").capitalize()
    text = LESSON.format(id=name, title=words, topic=_topic(root, topic))
    path = folder / catalogue.FILE
    try:
        folder.mkdir(parents=True)
        path.write_text(text, encoding="utf-8")
        path.with_name(SOLUTION).write_text(SOLVED, encoding="utf-8")
    except OSError as error:
        what = f"{shown(path)} cannot be written: {error.strerror}"
        raise NoSuchContent(what) from None
    return path


def _next(topic: Path) -> int:
    """The number of a new lesson: one more than the last of its topic."""
    folders = topic.iterdir() if topic.is_dir() else ()
    found = (catalogue.FOLDER.fullmatch(each.name) for each in folders)
    return max((int(each["number"]) for each in found if each), default=0) + 1


def _topic(root: Path, topic: str) -> str:
    """What the lessons of that folder call their topic."""
    for one in catalogue.lessons(root):
        if one.path.parents[1].name == topic:
            return one.front.topic
    return topic[3:].replace("-", " ").capitalize()
