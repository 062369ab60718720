"""What is wrong with one scenario: it is run on each of its kernels."""

from __future__ import annotations

from pathlib import Path

from pintutor.content import reading
from pintutor.content.errors import ContentError
from pintutor.content.races import findings
from pintutor.content.races.findings import Finding
from pintutor.content.runner import Failure, Report, run
from pintutor.content.scenario import Scenario


def check_scenario(path: Path) -> list[Finding]:
    """What is wrong with the scenario in that file."""
    try:
        found = reading.load(path)
    except ContentError as error:
        return findings.of(error)
    return [*_wrong(found), *_idle(found)]


def _wrong(found: Scenario) -> list[Finding]:
    """One finding a line that does not hold, naming the kernels; or that none checks."""
    report = run(found)
    return _failed(report) or _silent(report)


def _failed(report: Report) -> list[Finding]:
    by_line: dict[int, list[Failure]] = {}
    for failure in report.failures:
        by_line.setdefault(failure.line, []).append(failure)
    wrong = []
    for line, failures in by_line.items():
        kernels = ", ".join(failure.kernel for failure in failures)
        what = f"on {kernels}: {failures[0].message}"
        path = report.scenario.path
        wrong.append(Finding(path, line, "PT022", what, failures[0].hint))
    return wrong


def _silent(report: Report) -> list[Finding]:
    """A finding for a scenario that states too little to teach something."""
    path, race = report.scenario.path, report.scenario.race
    for kernel in report.kernels:
        if not kernel.checked:
            hint = "say what must hold: " + ("`result:`" if race else "`expect`")
            what = f"it states nothing on {kernel.kernel}"
            return [Finding(path, 1, "PT022", what, hint)]
    if race and len({kernel.verdict for kernel in report.kernels}) == 1:
        verdict = report.kernels[0].verdict
        what = f"the verdict is {verdict} on all of its kernels"
        hint = "name a kernel on which it is another, so that there is a difference to see"
        return [Finding(path, race.claims[0].number, "PT022", what, hint)]
    return []


def _idle(found: Scenario) -> list[Finding]:
    """A finding for each line that runs on none of the kernels."""
    hint = "add the kernel to `kernels:`, or take the line out"
    return [
        Finding(found.path, line.number, "PT023", "no kernel runs this line", hint)
        for line in found.lines
        if not any(line.meant_for(kernel) for kernel in found.kernels)
    ]
