"""`pintutor grade`: submissions marked, and what came of it written down."""

from __future__ import annotations

import json
import os
import sys
import time
from argparse import Namespace
from pathlib import Path

from pintutor.classroom.batch import SUFFIX, Busy, Kept, files_in, grade_all, identity
from pintutor.classroom.class_file import Class
from pintutor.classroom.class_reading import read_class
from pintutor.classroom.outputs.data import data
from pintutor.classroom.outputs.gradescope import gradescope
from pintutor.classroom.outputs.junit import EPOCH, junit
from pintutor.classroom.outputs.tables import steps, students
from pintutor.classroom.outputs.tap import tap
from pintutor.classroom.outputs.text import text
from pintutor.classroom.report import Report
from pintutor.classroom.results import Marks
from pintutor.cli.envelope import (
    FAILED,
    FINE,
    INCOMPLETE,
    INVALID,
    MISFIT,
    UNKNOWN,
    USAGE,
    VERSION,
    Problem,
    Reply,
)
from pintutor.cli.meter import Meter
from pintutor.lab.errors import printable

STATE = ".state"
"""What the name of the file ends with in which a run writes down what it has done."""

STATUSES = {
    "unknown-lesson": UNKNOWN,
    "other-content": MISFIT,
    "other-version": MISFIT,
    "time": INCOMPLETE,
    "memory": INCOMPLETE,
}
"""Exit codes for a single submission that has no marks; others are invalid."""

Forms = list[tuple[str, Path | None]]
"""Each form with the file for it; None for stdout."""


def grade(options: Namespace) -> Reply:
    """Mark submissions; exit code 1 when a check of one is not passed."""
    forms = _forms(options)
    class_file = Path(options.group) if options.group else None
    group = Class() if class_file is None else read_class(class_file)
    files = _files(options, forms)
    first = next((path for _, path in forms if path is not None), None)
    state = None if first is None else first.with_name(first.name + STATE)
    kept = Kept(state, identity(class_file))
    try:
        marks = _marked(files, class_file, group, kept, options.jobs)
        report = Report(tuple(marks), group, options.teacher)
        reply = _written(report, forms, reproducible=options.reproducible)
        kept.remove()
        return reply
    except KeyboardInterrupt:
        if state is not None:
            said = f"{len(kept.marks)} are marked; the same line goes on with the others"
            print(said, file=sys.stderr)
        raise
    except Busy as error:
        raise Problem(str(error), code="busy", status=USAGE) from None
    except OSError as error:
        raise Problem(f"cannot be written: {error}", code="output", status=USAGE) from None
    finally:
        kept.close()


def _files(options: Namespace, forms: Forms) -> list[Path]:
    files = files_in([Path(name) for name in options.files])
    if not files:
        what = f"there is no *{SUFFIX} in {printable(' '.join(options.files))}"
        raise Problem(what, code="no-submission", status=USAGE)
    if len(files) > 1 and any(form == "gradescope" for form, _ in forms):
        what = f"Gradescope takes one submission, not {len(files)}"
        raise Problem(what, code="usage", status=USAGE)
    return files


def _forms(options: Namespace) -> Forms:
    if options.json and options.format:
        raise Problem("--json is `--format json`", code="usage", status=USAGE)
    forms = options.format or ["json" if options.json else "text"]
    outputs = [Path(name) for name in options.output]
    if not outputs and len(forms) == 1:
        return [(forms[0], None)]
    if len(outputs) != len(forms):
        what = f"{len(forms)} formats need as many files, not {len(outputs)}"
        hint = "--format csv -o marks.csv --format junit -o marks.xml"
        raise Problem(what, code="usage", status=USAGE, hint=hint)
    return list(zip(forms, outputs, strict=True))


def _marked(
    files: list[Path], class_file: Path | None, group: Class, kept: Kept, jobs: int
) -> list[Marks]:
    meter = Meter(sys.stderr)
    count = jobs or os.cpu_count() or 1
    try:
        kept.open()
        return grade_all(files, class_file, group, jobs=count, kept=kept, told=meter.told)
    finally:
        meter.status.end()


def _written(report: Report, forms: Forms, *, reproducible: bool) -> Reply:
    """Write each form into its file; what is left for stdout is the reply."""
    when = EPOCH
    if reproducible:
        report = report.untimed()
    else:
        when = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime())
    status = _status(report)
    lines = []
    for form, path in forms:
        if path is None:
            return Reply(data(report), _form(form, report, when).splitlines(), status)
        fresh = path.with_name(f".{path.name}.{os.getpid()}")
        fresh.write_text(_form(form, report, when), encoding="utf-8")
        os.replace(fresh, path)
        lines.append(f"{printable(str(path))} is written")
    marked = sum(each.is_marked for each in report.marks)
    lines.append(f"{marked} of {len(report.marks)} submissions marked")
    return Reply(data(report), lines, status)


def _form(form: str, report: Report, when: str) -> str:
    """The report in one form."""
    if form == "junit":
        return junit(report, when=when)
    if form == "json":
        ok = _status(report) == FINE
        whole = {"schema": "pintutor/grade", "v": VERSION, "ok": ok, "data": data(report)}
        return json.dumps(whole, ensure_ascii=False, indent=2) + "\n"
    others = {
        "text": text,
        "tap": tap,
        "gradescope": gradescope,
        "csv": students,
        "steps": steps,
    }
    return others[form](report)


def _status(report: Report) -> int:
    if report.all_passed:
        return FINE
    only = report.marks[0]
    if len(report.marks) == 1 and not only.is_marked:
        return STATUSES.get(only.problem, INVALID)
    return FAILED
