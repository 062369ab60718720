"""`pintutor check`: a fault is found in its file, at its line, under its rule."""

from pathlib import Path
from typing import NamedTuple

import pytest

from pintutor.content.checking.check import check
from pintutor.content.errors import NoSuchContent
from pintutor.content.races.findings import RULES, Finding
from tests.content.courses import GUIDE, Course


class Fault(NamedTuple):
    """What is replaced in a file, and the finding that this makes."""

    name: str
    old: str
    new: str
    rule: str
    at: str
    """How the line begins that the finding names."""


CHECKS = "buf[0]._refcount == 1\nq[0].pfn == buf[1].pfn\nbuf[1]._refcount == 1 + 1024"
NUDGE = "Two things: one pin has to go, another has to come."
STATED = """without = ["zero._refcount == 1 + 1024"]
with = ["zero._refcount == 1"]
same = ["z.count == 1"]
"""
FALSE = "A pin is as dear as 1024 references."

IN_LESSON = [
    Fault("toml", "minutes = 2", "minutes = = 2", "PT001", "minutes"),
    Fault("key", "minutes = 2", "minutes = 2\nleter = '0'", "PT002", "leter"),
    Fault("missing-key", 'id = "two-pages"\n', "", "PT003", "title"),
    Fault("type", "minutes = 2", 'minutes = "2"', "PT004", "minutes"),
    Fault("empty", 'topic = "First"', 'topic = " "', "PT004", "topic"),
    Fault("heading", "# Two pages", "# Three pages", "PT004", "# Three"),
    Fault("fence", "```predict id", "```predit id", "PT005", "```predit"),
    Fault("attribute", "```pin id=map", "```pin name=map", "PT005", "```pin name"),
    Fault("no-id", "```pin id=map", "```pin", "PT006", "```pin"),
    Fault("id-twice", "```task id=swap", "```task id=map", "PT006", "```task"),
    Fault("kernel", '"v6.4"', '"v6.44"', "PT007", "kernel"),
    Fault("function", '["try_grab_folio"]', '["try_grab"]', "PT007", "functions"),
    Fault("patch", "minutes = 2", 'minutes = 2\npatches = ["x"]', "PT007", "patches"),
    Fault("need", "minutes = 2", 'minutes = 2\nneeds = ["x"]', "PT007", "needs"),
    Fault("command", "mmap buf 2", "mmpa buf 2", "PT010", "mmpa"),
    Fault("command-fails", "pin buf[0] write as p", "pin buf[7]", "PT010", "pin buf[7]"),
    Fault("no-command", "pin buf[0] write as p", "# none", "PT010", "```pin id=pin"),
    Fault("expect", "0] write as p", "0] as p\nexpect 1 == 2", "PT010", "expect"),
    Fault("expr", 'expr = "buf[0]._', 'expr = "buf[0].', "PT011", "```predict"),
    Fault("of", 'of = "pin"', 'of = "map"', "PT011", "```predict"),
    Fault("wrong-is-right", "\n2 = ", "\n1025 = ", "PT011", "```predict"),
    Fault("two-right", FALSE + '"', FALSE + '"\nright = true', "PT012", "```quiz"),
    Fault("feedback", 'feedback = "It', 'feedbak = "It', "PT012", "```quiz"),
    Fault("empty-hint", NUDGE, "", "PT013", "```hint"),
    Fault("two-hints", f"```hint\n{NUDGE}\n```\n", "", "PT013", "```task"),
    Fault("holds-at-start", CHECKS, "mm.has_pinned", "PT014", "mm.has_pinned"),
    Fault("no-check", CHECKS, "", "PT014", "```task"),
    Fault("answer", "minutes = 2", 'minutes = 2\nanswers = ["x"]', "PT007", "answers"),
    Fault("symptom-patch", '"zero-page-unpinned"', '"zero-page"', "PT007", "```symptom"),
    Fault("symptom-gone", '1 + 1024"', '1 + 1023"', "PT024", "without = "),
    Fault(
        "symptom-stays",
        'with = ["zero._refcount == 1"',
        'with = ["z.count"',
        "PT024",
        "with",
    ),
    Fault("same", "z.count == 1", "held.count == 2", "PT025", "same = "),
    Fault("symptom-mute", STATED, "", "PT026", "```symptom"),
    Fault("link", "Each has one", "[Each](other.md) has one", "PT019", "[Each]"),
    Fault("number", "Each has one", "As in lesson 7.3, one", "PT019", "As in"),
    Fault("lesson", "Each has one", "`lesson two-page`: one", "PT019", "`lesson"),
    Fault("scenario", "Each has one", "`pintutor run zer`: one", "PT019", "`pintutor"),
    Fault("diff", "Each has one", "`diff zero-page`: one", "PT019", "`diff"),
    Fault("no-expression", "q[0].pfn ==", "q[0].pfn =", "PT017", "q[0].pfn ="),
    Fault(
        "statement", "`buf[1]._refcount == 1`", "`buf[1].mapcount == 3`", "PT018", "Each"
    ),
]
IN_SOLUTION = [
    Fault("section", "swap:", "swop:", "PT015", "swop:"),
    Fault("before-section", "swap:", "unpin p\nswap:", "PT015", "unpin p"),
    Fault("not-solved", "pin buf[1] as q", "pin buf[0] as q", "PT015", "  pin buf[0]"),
    Fault("not-needed", "as q\n", "as q\n  audit\n", "PT016", "  audit"),
    Fault("command", "unpin p", "unpin x", "PT010", "  unpin x"),
]
IN_SCENARIO = [
    Fault("section", "setup:", "set-up:", "PT021", "set-up:"),
    Fault("cpu", "run:", "P1:", "PT021", "P1:"),
    Fault("about-twice", "setup:", "about: x\nsetup:", "PT021", "about: x"),
    Fault("kernel", "v6.4 v6.5 v6.4+", "v6.4 v6.55 v6.4+", "PT007", "kernels"),
    Fault("command", "read buf", "raed buf", "PT010", "  raed"),
    Fault("not-so", "1 + 1024", "1 + 1023", "PT022", "  on v6.4: expect"),
    Fault("cannot-run", "unpin p", "unpin x", "PT022", "  unpin x"),
    Fault(
        "no-error", "fails EFAULT: pin 0x1000", "fails EFAULT: pin buf", "PT022", "  fails"
    ),
    Fault("idle", "  unpin p", "  on v5.17: audit\n  unpin p", "PT023", "  on v5.17"),
]


def found(course: Course, path: Path, fault: Fault) -> Finding:
    """The one finding that a fault makes, which must be in that file."""
    course.spoil(path, fault.old, fault.new)
    findings = check(course.root)
    assert [each.path for each in findings] == [path], [str(each) for each in findings]
    return findings[0]


def line_of(finding: Finding) -> str:
    return finding.path.read_text().splitlines()[finding.line - 1]


@pytest.mark.parametrize("fault", IN_LESSON, ids=lambda fault: fault.name)
def test_a_fault_in_a_lesson_is_found(course: Course, fault: Fault) -> None:
    finding = found(course, course.lesson, fault)
    assert finding.rule == fault.rule, str(finding)
    assert line_of(finding).startswith(fault.at), str(finding)


@pytest.mark.parametrize("fault", IN_SOLUTION, ids=lambda fault: fault.name)
def test_a_fault_in_a_solution_is_found(course: Course, fault: Fault) -> None:
    finding = found(course, course.solution, fault)
    assert finding.rule == fault.rule, str(finding)
    assert line_of(finding).startswith(fault.at), str(finding)


@pytest.mark.parametrize("fault", IN_SCENARIO, ids=lambda fault: fault.name)
def test_a_fault_in_a_scenario_is_found(course: Course, fault: Fault) -> None:
    finding = found(course, course.scenario, fault)
    assert finding.rule == fault.rule, str(finding)
    assert line_of(finding).startswith(fault.at), str(finding)


def test_work_that_is_shared_finds_the_same(course: Course) -> None:
    course.spoil(course.lesson, "mmap buf 2", "mmpa buf 2")
    course.spoil(course.scenario, "1 + 1024", "1 + 1023")
    told: list[tuple[int, int]] = []
    found = check(course.root, jobs=2, told=lambda done, of, _: told.append((done, of)))
    assert [each.rule for each in found] == ["PT010", "PT022"]
    assert found == check(course.root)
    assert told == [(1, 2), (2, 2)]


def test_a_fence_that_is_not_closed_is_found_where_it_opens(course: Course) -> None:
    course.lesson.write_text(course.lesson.read_text().rstrip().removesuffix("```"))
    (finding,) = check(course.root)
    assert (line_of(finding), finding.rule) == ("```after", "PT005")


def test_the_course_of_the_guide_has_no_fault(course: Course) -> None:
    assert check(course.root) == []


@pytest.mark.parametrize("which", ["lesson", "solution", "scenario"])
def test_one_file_can_be_checked_alone(course: Course, which: str) -> None:
    path: Path = getattr(course, which)
    assert check(path) == []


@pytest.mark.parametrize(
    "folder", ["lessons", "lessons/01-first/01-two-pages", "scenarios"]
)
def test_one_folder_can_be_checked_alone(course: Course, folder: str) -> None:
    assert check(course.root / folder) == []


@pytest.mark.parametrize(
    "name",
    [
        "lessons/notes.txt",
        "lessons/01-first/draft.md",
        "lessons/01-first/01-two-pages/lesson.md.orig",
        "scenarios/zero.txt",
        "scenarios/Zero Page.pin",
    ],
)
def test_a_stray_file_is_named(course: Course, name: str) -> None:
    path = course.root / name
    path.write_text("")
    assert [(each.path, each.rule) for each in check(course.root)] == [(path, "PT020")]


def test_a_folder_without_a_lesson_is_named(course: Course) -> None:
    course.lesson.unlink()
    rules = {(finding.path.name, finding.rule) for finding in check(course.root)}
    assert rules == {("01-two-pages", "PT020")}


def test_a_task_without_a_solution_is_named(course: Course) -> None:
    course.solution.unlink()
    assert [finding.rule for finding in check(course.root)] == ["PT015"]


def test_two_lessons_with_one_id_are_both_named(course: Course) -> None:
    other = course.lesson.parents[1] / "02-again"
    other.mkdir()
    (other / "lesson.md").write_text(course.lesson.read_text())
    (other / "solution.pin").write_text(course.solution.read_text())
    assert [finding.rule for finding in check(course.root)] == ["PT006", "PT006"]


def test_a_lesson_to_take_first_must_come_first(course: Course) -> None:
    other = course.lesson.parents[1] / "02-again"
    other.mkdir()
    (other / "lesson.md").write_text(
        course.lesson.read_text().replace("two-pages", "again")
    )
    (other / "solution.pin").write_text(course.solution.read_text())
    course.spoil(course.lesson, "minutes = 2", 'minutes = 2\nneeds = ["again"]')
    assert [finding.message for finding in check(course.root)] == [
        "the lesson `again`, to take first, comes later"
    ]


def test_a_file_that_is_not_text_is_named_with_its_line(course: Course) -> None:
    course.scenario.write_bytes(b"about: x\nkernels: v6.4\n\xff\n")
    (finding,) = check(course.root)
    assert (finding.line, finding.rule) == (3, "PT001")


def test_a_path_that_holds_nothing_is_refused(tmp_path: Path) -> None:
    with pytest.raises(NoSuchContent):
        check(tmp_path / "nothing")


def test_the_guide_lists_the_rules() -> None:
    rows = [f"| {code} | {what} |" for code, what in RULES.items()]
    assert "\n".join(rows) in GUIDE.read_text()


def test_every_finding_has_a_rule_that_is_listed(course: Course) -> None:
    used = {fault.rule for fault in (*IN_LESSON, *IN_SOLUTION, *IN_SCENARIO)}
    assert used | {"PT020", "PT027", "PT028", "PT029", "PT030"} == set(RULES)


RACE = """about: Two plain references to one page.
kernels: v5.17 v6.5
setup:
  mmap buf 1
  write buf 1
P0:
  get buf as g
P1:
  get buf as h
exists: buf[0]._refcount != 3
result:
  v5.17 Never
  v6.5 Never
"""


def of_race(folder: Path, old: str, new: str) -> list[tuple[str, int, str]]:
    """What is wrong with the race after that change: rule, line, message."""
    path = folder / "a-race.pin"
    assert old in RACE
    path.write_text(RACE.replace(old, new))
    return [(each.rule, each.line, each.message) for each in check(path)]


def test_a_verdict_of_a_race_that_is_wrong_is_found_at_its_line(tmp_path: Path) -> None:
    (finding,) = of_race(tmp_path, "v6.5 Never", "v6.5 Sometimes")
    said = "on v6.5: Sometimes is stated, and the exploration says Never"
    assert finding == ("PT022", 13, said)


def test_a_race_must_state_something_of_each_kernel(tmp_path: Path) -> None:
    (finding,) = of_race(tmp_path, "  v6.5 Never\n", "")
    assert finding == ("PT022", 1, "it states nothing on v6.5")


def test_a_race_that_is_the_same_on_all_kernels_teaches_nothing(tmp_path: Path) -> None:
    (finding,) = of_race(tmp_path, "about", "about")
    assert finding == ("PT022", 12, "the verdict is Never on all of its kernels")


def test_a_race_whose_setup_fails_is_found_at_that_line(tmp_path: Path) -> None:
    findings = of_race(tmp_path, "  write buf 1", "  unpin p")
    assert {(rule, line) for rule, line, _ in findings} == {("PT022", 5)}
