"""What each sub-command does. Each imports what it needs when it is called."""

from __future__ import annotations

import os
import sys
from argparse import Namespace
from collections.abc import Callable
from typing import TYPE_CHECKING

from pintutor.cli import banner
from pintutor.cli.envelope import FAILED, FINE, USAGE, Problem, Reply

if TYPE_CHECKING:
    from pintutor.content.runner import KernelReport


def is_terminal() -> bool:
    """Whether somebody sits at a terminal that a full screen can be drawn on."""
    tty = sys.stdin.isatty() and sys.stdout.isatty()
    return tty and os.environ.get("TERM") != "dumb"


def no_screen() -> str:
    """Why there is no full screen, and what there is instead."""
    dumb = os.environ.get("TERM") == "dumb"
    why = "TERM is dumb" if dumb else "this is no terminal"
    return f"{why}, so no screen can be drawn; `pintutor repl` talks in lines"


def tui(options: Namespace) -> int:
    """Open the full screen."""
    served = "TEXTUAL_DRIVER" in os.environ  # a browser is the terminal
    if not (served or is_terminal()):
        raise Problem(
            "the full screen needs a terminal",
            code="no-terminal",
            status=USAGE,
            hint="`pintutor repl` works without one",
        )
    _find(options)
    from pintutor.tui.app import run

    linear = options.linear or bool(os.environ.get("PINTUTOR_SPEAK"))
    return run(options.lesson, options.kernel, linear=linear)


def repl(options: Namespace) -> int:
    """Open the prompt."""
    _find(options)
    if not options.json:
        banner.show(options.kernel)
    from pintutor.repl.app import run

    return run(
        lesson=options.lesson,
        kernel=options.kernel,
        commands=options.command,
        as_json=options.json,
    )


def _find(options: Namespace) -> None:
    """Refuse a kernel or a lesson that there is not, before anything is on the screen."""
    if options.kernel != banner.DEFAULT_KERNEL:
        from pintutor.lab import releases

        releases.find(options.kernel)
    _find_lesson(options)


def _find_lesson(options: Namespace) -> None:
    if options.lesson is not None:
        from pintutor.content import catalogue

        catalogue.find(options.lesson)


def lessons(options: Namespace) -> Reply:
    """List the lessons, or those that have some words."""
    from pintutor.cli.course import lessons as listed

    return listed(" ".join(options.words))


def letters(options: Namespace) -> Reply:
    """List what the course is about, and which lesson answers each part of it."""
    from pintutor.cli.course import letters as listed

    return listed(options)


def lesson(options: Namespace) -> Reply:
    """Make a new lesson."""
    from pintutor.cli.course import new_lesson

    return new_lesson(options)


def progress(options: Namespace) -> Reply:
    """Say how far the learner is, or do something with what is kept."""
    from pintutor.cli.learned import progress as told

    return told(options)


def run(options: Namespace) -> Reply:
    """Run a scenario on its kernels, or on one."""
    if options.events:
        return _events(options)
    import textwrap

    import pintutor.content.races.explore_commands  # noqa: F401  (a script may search)
    from pintutor.content.runner import run_file

    report = run_file(options.file, kernel=options.kernel)
    about = textwrap.wrap(
        report.scenario.about, 78, initial_indent="  ", subsequent_indent="  "
    )
    lines = [report.scenario.name, *about]
    for each in report.kernels:
        lines += _verdict(each)
    return Reply(report.to_json(), lines, FINE if report.ok else FAILED)


def _events(options: Namespace) -> Reply:
    import json

    from pintutor.content.races.event_log import event_log

    found = event_log(options.file, kernel=options.kernel)
    return Reply(found, [json.dumps(record) for record in found])


def play(options: Namespace) -> Reply | int:
    """Play a lesson or a script by itself."""
    from pintutor.cli.playback import play as played

    return played(options, on_terminal=is_terminal())


def notes(options: Namespace) -> int:
    """Show the notes of a play on a second terminal."""
    from pintutor.cli.playback import follow_notes

    return follow_notes(options)


def submit(options: Namespace) -> Reply:
    """Write what was done of a lesson, to be handed in."""
    from pintutor.cli.handing_in import submit as submitted

    return submitted(options)


def grade(options: Namespace) -> Reply:
    """Mark what was handed in."""
    from pintutor.cli.marking import grade as graded

    return graded(options)


def answer_key(options: Namespace) -> Reply:
    """Say what is right in a lesson or a topic."""
    from pintutor.cli.handing_in import answer_key as known

    return known(options)


def record(options: Namespace) -> Reply:
    """Play a lesson or a script into a file."""
    from pintutor.cli.recorder import record as recorded

    return recorded(options)


def export(options: Namespace) -> Reply:
    """Make a page that walks through every step of a lesson or a script."""
    from pintutor.cli.recorder import export as exported

    return exported(options)


def explore(options: Namespace) -> Reply:
    """Find what a race can come to."""
    from pintutor.cli.explorer import explore as explored

    return explored(options)


def bisect(options: Namespace) -> Reply:
    """Find the patch that turned a scenario."""
    from pintutor.cli.explorer import bisect as bisected

    return bisected(options)


def _verdict(report: KernelReport) -> list[str]:
    count = report.checked
    statements = f"{count} statement" + ("" if count == 1 else "s")
    said = f"{statements} hold{'s' if count == 1 else ''}"
    lines = [f"  {report.kernel}   {said if report.ok else 'does not hold'}"]
    for failure in report.failures:
        lines.append(f"    {failure}")
        if failure.hint:
            lines.append(f"      {failure.hint}")
    return lines


def serve(options: Namespace) -> int:
    """Serve the full screen to browsers on this machine."""
    _find_lesson(options)
    from pintutor.cli.outside import serve as served

    return served(options)


def screenshot(options: Namespace) -> Reply:
    """Write a picture of the full screen."""
    from pintutor.cli.outside import screenshot as taken

    return taken(options)


def check(options: Namespace) -> Reply:
    """Check lessons and scenarios."""
    from pintutor.cli.course import check as checked

    return checked(options)


def patches(options: Namespace) -> Reply:
    """List the patches in their order, or those that have some words."""
    from pintutor.cli.inventory import patches as listed

    return listed(" ".join(options.words))


def kernels(_: Namespace) -> Reply:
    """List the kernels: releases, and the series that one may have on top."""
    from pintutor.cli.inventory import kernels as listed

    return listed()


def bench(options: Namespace) -> Reply:
    """Measure speed against its goals."""
    from pintutor.bench.run import measure

    return measure(options.names)


def doctor(_: Namespace) -> Reply:
    """Say what this machine offers and lacks."""
    from pintutor.cli import doctor as physician

    return physician.examine()


def completion(options: Namespace) -> Reply:
    """Print a shell completion."""
    from pintutor.cli.completion import script

    return Reply(None, script(options.shell).splitlines())


HANDLERS: dict[str, Callable[[Namespace], Reply | int]] = {
    handler.__name__.replace("_", "-"): handler
    for handler in (
        tui,
        repl,
        lessons,
        letters,
        lesson,
        progress,
        run,
        play,
        notes,
        record,
        export,
        explore,
        bisect,
        submit,
        grade,
        answer_key,
        serve,
        screenshot,
        check,
        patches,
        kernels,
        bench,
        doctor,
        completion,
    )
}
"""The sub-commands by name."""
