"""The sub-command about what is kept of a learner."""

from __future__ import annotations

import sys
from argparse import Namespace
from collections.abc import Callable
from shutil import get_terminal_size

from pintutor.cli.envelope import FAILED, USAGE, Problem, Reply
from pintutor.content.learner import progress_changes
from pintutor.content.learner.progress import Store
from pintutor.content.learner.progress_changes import Change
from pintutor.content.learner.report import report
from pintutor.content.standing import Kept, mistakes, summary
from pintutor.lab.results import Table, to_json
from pintutor.lab.words import Word
from pintutor.view.grid import table_rows
from pintutor.view.rows import plain

TABLES: dict[str | None, Callable[[Kept], Table]] = {None: summary, "mistakes": mistakes}


def progress(options: Namespace) -> Reply:
    """Say how far the learner is, or do something with what is kept."""
    store = Store()
    what = options.what or options.output
    if options.action in TABLES and what is None:
        return _table(TABLES[options.action](store.load()), store)
    if options.action == "report" and what is None:
        lines = report(store.load())
        return Reply({"markdown": "\n".join(lines)}, [*lines, *store.tell()])
    if what is None or options.action in TABLES:
        hint = "pintutor progress --help says what each takes"
        needs = "needs a lesson or a file" if what is None else "takes no other word"
        said = f"`progress {options.action or ''}` {needs}"
        raise Problem(said, code="usage", status=USAGE, hint=hint)
    change = progress_changes.change(store, options.action, Word(what, 0, len(what)))
    if change.asks and not options.yes and not _agreed(change):
        return Reply(dict(change.data), ["nothing was changed"], FAILED)
    notes = (*change.carry_out(), *store.tell())
    return Reply({**change.data, "notes": list(notes)}, [change.done, *notes])


def _table(table: Table, store: Store) -> Reply:
    width = get_terminal_size((100, 24)).columns
    lines = [plain(each) for each in table_rows(table, width)]
    return Reply(to_json(table), [*lines, f"  {table.note}", *store.tell()])


def _agreed(change: Change) -> bool:
    """Whether the learner says yes; Problem where nobody can be asked."""
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        said = ": ".join((change.title, "; ".join(change.lines)))
        raise Problem(said, code="not-agreed", status=USAGE, hint="`--yes` does it")
    for line in (change.title, *(f"  {each}" for each in change.lines)):
        print(line, file=sys.stderr)
    print("do it? [y/N] ", end="", file=sys.stderr, flush=True)
    return sys.stdin.readline().strip().casefold() in ("y", "yes")
