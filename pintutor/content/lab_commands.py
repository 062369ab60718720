"""The command that leaves a lesson for a machine of one's own."""

from __future__ import annotations

from pintutor.content.session import TOPIC, Session
from pintutor.lab.aside import come_back
from pintutor.lab.lab import Lab
from pintutor.lab.registry import command
from pintutor.lab.results import Told


@command(TOPIC, mutates=False, examples=("lab", "lab keep"), see=("lesson", "lessons"))
def lab(lab: Lab, *, keep: bool = False) -> Told:
    """Leave the lesson and go on by yourself, on a fresh machine of the same release.

    With `keep` the machine stays as the lesson left it. What you did of the lesson is
    kept: `lesson NAME` goes on with it.
    """
    left = lab.session.lesson.id if isinstance(lab.session, Session) else ""
    come_back(lab)
    if keep:
        lab.session = None
    else:
        lab.reset(lab.chosen.release)
    what = "the machine is as it was" if keep else "a fresh machine: nothing is mapped"
    back = (f"`lesson {left}` goes on with the lesson",) if left else ()
    data = {"kernel": lab.kernel_name, "left": left, "fresh": not keep}
    return Told("lab", (what, *back), data)
