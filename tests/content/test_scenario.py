"""Scenarios: what is stated is run, on each kernel, and found where it is written."""

from pathlib import Path

import pytest

from pintutor.content.errors import ContentError, NoSuchContent
from pintutor.content.reading import parse
from pintutor.content.runner import Report, run, run_file
from pintutor.content.scenario import Scenario, find
from pintutor.lab.errors import CommandError
from tests.content.courses import COURSE

PATH = Path("made.pin")


def made(body: str, *, kernels: str = "v6.4 v6.5") -> Scenario:
    return parse(f"about: A test.\nkernels: {kernels}\nrun:\n{body}\n", PATH)


def ran(body: str, *, kernels: str = "v6.4 v6.5") -> Report:
    return run(made(body, kernels=kernels))


def test_a_pin_of_the_zero_page_counts_1024_before_the_patch_and_nothing_after() -> None:
    body = (
        "  mmap buf 5\n  read buf\n  pin buf as p\n  expect zero._refcount == 1 + 5 * 1024"
    )
    before, after, patched = ran(body, kernels="v6.4 v6.5 v6.4+zero-page-unpinned").kernels
    assert (before.ok, after.ok, patched.ok) == (True, False, False)
    assert after.failures[0].message.endswith("but zero._refcount is 1")


def test_a_plain_reference_counts_1_on_both_sides() -> None:
    assert ran("  mmap b 3\n  read b\n  get b as g\n  expect zero._refcount == 1 + 3").ok


def test_each_kernel_gets_a_fresh_machine() -> None:
    assert ran("  mmap buf 1\n  expect not buf[0].mapped\n  write buf 0x41").ok


def test_every_statement_that_does_not_hold_is_reported_with_its_line() -> None:
    report = ran("  expect 1 == 2\n  expect 2 == 2\n  expect 3 == 2", kernels="v6.4")
    assert [(each.line, each.kernel) for each in report.failures] == [
        (4, "v6.4"),
        (6, "v6.4"),
    ]


def test_a_command_that_cannot_run_ends_the_script_on_that_kernel() -> None:
    report = ran("  unpin p\n  expect 1 == 2", kernels="v6.4")
    assert [failure.line for failure in report.failures] == [4]
    assert "no held name is called `p`" in report.failures[0].message


def test_an_oops_is_a_failure_at_its_line() -> None:
    script = "  mmap b 1\n  write b 0x41\n  get b as g\n  poke b[0]._refcount 1\n  put g"
    (failure,) = ran(script, kernels="v6.4").failures
    assert (failure.line, "kernel BUG" in failure.message) == (8, True)


def test_a_name_after_on_means_exactly_that_kernel() -> None:
    report = ran("  on v6.4: expect 1 == 2", kernels="v6.4 v6.4+zero-page-unpinned")
    assert [failure.kernel for failure in report.failures] == ["v6.4"]


def test_a_kernel_with_a_patch_can_be_named_after_on() -> None:
    line = "  on v6.4+zero-page-unpinned: expect 1 == 2"
    report = ran(line, kernels="v6.4 v6.4+zero-page-unpinned")
    assert [failure.kernel for failure in report.failures] == ["v6.4+zero-page-unpinned"]


def test_a_comparison_after_on_means_releases() -> None:
    report = ran("  on <v6.5: expect 1 == 2", kernels="v6.1 v6.4+zero-page-unpinned v6.5")
    assert [failure.kernel for failure in report.failures] == [
        "v6.1",
        "v6.4+zero-page-unpinned",
    ]


def test_another_kernel_can_be_asked_for() -> None:
    report = run(made("  expect zero._refcount == 1"), kernel="v5.17")
    assert [each.kernel for each in report.kernels] == ["v5.17"]


def test_an_unknown_kernel_is_refused() -> None:
    with pytest.raises(CommandError) as caught:
        run(made("  audit"), kernel="v9.9")
    assert caught.value.code == "unknown-kernel"


RACE = "about: x\nkernels: v6.4\nP0:\n  audit\nexists: zero.pinned\n"


INTERRUPTED = RACE.replace("P0:", "interrupts: P1 on P0\nP0:").replace(
    "exists", "P1:\n  audit\nexists"
)


def test_a_race_says_which_cpus_are_interrupts() -> None:
    race = parse(INTERRUPTED + "result:\n  v6.4 Never\n", PATH).race
    assert race is not None and race.interrupts == ((1, 0),)


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("interrupts: P1", "no interrupt: P1"),
        ("interrupts: P2 on P0", "no interrupt: P2 on P0"),
        ("interrupts: P1 on P0; P0 on P1", "P1 comes on P0, an interrupt"),
    ],
)
def test_an_interrupt_that_cannot_be_is_refused(line: str, message: str) -> None:
    text = INTERRUPTED.replace("interrupts: P1 on P0", line) + "result:\n  v6.4 Never\n"
    with pytest.raises(ContentError, match=message) as caught:
        parse(text, PATH)
    assert caught.value.line == 3


def test_a_race_has_cpus_and_what_is_looked_at_and_claimed() -> None:
    text = RACE.replace("exists", "show: zero._refcount; zero.dirty\nexists")
    race = parse(text + "result:\n  v6.4 Never\n  >=v6.5 Always\n", PATH).race
    assert race is not None
    assert [[line.text.strip() for line in cpu] for cpu in race.cpus] == [["audit"]]
    assert [each.text for each in race.shows] == ["zero._refcount", "zero.dirty"]
    assert race.exists.text == "zero.pinned"
    claims = [race.claimed(kernel) for kernel in ("v6.4", "v6.12", "v6.1")]
    assert [claim and claim.verdict for claim in claims] == ["Never", "Always", None]


def test_about_goes_on_over_indented_lines() -> None:
    text = (
        "# x\nabout: One\n   two\n\n   three\nkernels: v6.4  # y\n   v6.5\nrun:\n audit\n"
    )
    scenario = parse(text, PATH)
    assert scenario.about == "One two three"
    assert scenario.kernels == ("v6.4", "v6.5")


def test_a_task_before_a_command_is_no_section() -> None:
    assert made("init: mmap buf 1").run[0].text == "init: mmap buf 1"


def test_columns_of_a_line_stay_behind_its_kernels() -> None:
    line = made("  on v6.4: expect zero").run[0]
    assert line.text == " " * len("  on v6.4: ") + "expect zero"


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("", 1, "`about:` is missing"),
        ("about: x\nkernels: v6.4\n", 1, "`run:` is missing"),
        ("about: x\nrun:\n  audit\n", 1, "`kernels:` is missing"),
        ("about: x\nkernels:\nrun:\n  audit\n", 1, "`kernels:` is missing"),
        ("about: x\nkernels: v6.4 v6.4\nrun:\n  audit\n", 2, "twice"),
        ("about: x\naudit\n", 2, "a command before `run:`"),
        ("about: x\nkernels: v6.4\nP0:\n  audit\n", 1, "`exists:` is missing"),
        ("about: x\nkernels: v6.4\nP1:\n  audit\n", 3, "`P1:` is out of turn"),
        ("about: x\nkernels: v6.4\nP0:\n", 1, "`P0:` is empty"),
        ("about: x\nkernels: v6.4\nP0:\n  audit\nexists: zero\n", 1, "`result:`"),
        ("about: x\nkernels: v6.4\nP0:\n  audit\nexists: 1 +\n", 5, ""),
        ("about: x\nkernels: v6.4\nP0:\n  audit\nexists: x\nrun:\n", 6, "before `exists:`"),
        (RACE + "result:\n  v6.4 Rarely\n", 7, "no verdict: v6.4 Rarely"),
        (RACE + "result:\n  v7.4 Never\n", 7, "no kernel is called"),
        (RACE + "nonsense:\n", 6, "no part `nonsense:`"),
        ("about: x\nkernels: v6.4\nrun:\n  audit\nexists: x\n", 5, "without CPUs"),
        ("about: x\nkernels: v6.4\nrun: audit\n", 3, "has something behind it"),
        ("about: x\nrun:\n  audit\nkernels: v6.4\n", 4, "before the commands"),
        ("about: x\nkernels: v6.4\nrun:\n  mmap 'x 1\n", 4, "not closed"),
        ("about: x\nkernels: v6.4\nrun:\n  on v7.0: audit\n", 4, "no kernel"),
        ("about: x\nkernels: v6.4\nrun:\n  au\x1bdit\n", 4, "control character"),
    ],
)
def test_what_is_wrong_with_a_scenario_is_said_with_its_line(
    text: str, line: int, words: str
) -> None:
    with pytest.raises(ContentError) as caught:
        parse(text, PATH)
    assert caught.value.line == line
    assert words in caught.value.message


@pytest.mark.parametrize(
    "name", ["zero-page", "zero-page.pin", "scenarios/zero-page.pin", "scenarios/zero-page"]
)
def test_a_scenario_is_found_by_name_and_by_path(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert find(name) == COURSE / "scenarios" / "zero-page.pin"


def test_a_scenario_that_is_not_there_is_refused_with_a_guess() -> None:
    with pytest.raises(NoSuchContent) as caught:
        find("zero-pgae")
    assert "did you mean `zero-page`?" in caught.value.message


def test_a_report_is_data_with_what_failed_and_where() -> None:
    data = ran("  expect 1 == 2", kernels="v6.4").to_json()
    assert data["kernels"][0]["failures"] == [
        {
            "path": "made.pin",
            "line": 4,
            "kernel": "v6.4",
            "message": "expected 1 == 2",
            "hint": "",
        }
    ]


def test_two_runs_report_the_same() -> None:
    assert run_file("zero-page").to_json() == run_file("zero-page").to_json()
