"""Symptoms: what runs without a patch and with it, what is told, what is found wrong."""

from pathlib import Path

import pytest

from pintutor.content.before_after import both, sides
from pintutor.content.checking.check_symptom import check_symptom
from pintutor.content.errors import ContentError
from pintutor.content.fences import Block
from pintutor.content.symptom import Symptom, read
from pintutor.content.symptom_told import told
from pintutor.lab.errors import CommandError
from tests.patches.mutation_cases import CASES, HERE, OOPS

LESSON = Path("lesson.md")
PIN = 'commands = """\nmmap a 1\nread a\npin a as p\n"""'


def symptom(text: str, kernel: str = "v6.4") -> Symptom:
    """The symptom in a fence that begins at line 1 of a lesson on that kernel."""
    block = Block("symptom", "it", 1, tuple(text.splitlines()))
    return read(LESSON, block, kernel)


def wrong(text: str) -> list[tuple[int, str]]:
    """Line and rule of all that is wrong with a symptom."""
    return [(each.line, each.rule) for each in check_symptom(LESSON, symptom(text))]


def test_a_kernel_without_the_patch_gets_it_on_one_side() -> None:
    found = symptom(f'patch = "zero-page-unpinned"\n{PIN}\nsame = ["p.count == 1"]')
    assert [str(side) for side in sides(found)] == ["v6.4", "v6.4+zero-page-unpinned"]


def test_what_the_patch_needs_is_there_on_both_sides() -> None:
    found = symptom(f'patch = "folio-add-pin"\n{PIN}\nsame = ["p.count == 1"]')
    base = "v6.4+zero-page-unpinned"
    assert [str(side) for side in sides(found)] == [base, f"{base}+folio-add-pin"]


def test_a_kernel_with_the_patch_is_patched_back_on_one_side() -> None:
    found = symptom(f'patch = "zero-page-unpinned"\n{PIN}\nsame = ["p.count == 1"]', "v6.5")
    without, with_ = sides(found)
    assert str(with_) == "v6.5"
    assert str(without) == "v6.5, `revert zero-page-unpinned with-dependents`"
    assert [each.value("zero._refcount") for each in both(found)] == [1025, 1]


def test_a_patch_that_goes_in_midway_does_so_on_one_side() -> None:
    found = symptom(
        'patch = "zero-page-unpinned"\ncommands = """\nmmap a 1\nread a\npin a as p\n'
        'apply zero-page-unpinned\nunpin p\n"""\nwith = ["audit.unaccounted == 1024"]'
    )
    assert [str(side) for side in sides(found)] == ["v6.4", "v6.4"]
    assert [each.value("audit.unaccounted") for each in both(found)] == [0, 1024]


def test_patches_that_do_not_go_together_are_named_in_the_lesson() -> None:
    text = f'patch = "v8-bio-pins"\nkernel = "v6.5"\n{PIN}\nsame = ["p.count == 1"]'
    with pytest.raises(CommandError):
        sides(symptom(text))
    assert wrong(text) == [(1, "PT007")]


@pytest.mark.parametrize("bug", CASES)
def test_the_program_of_each_bug_is_a_symptom_of_it(bug: str) -> None:
    case = CASES[bug]
    lines = "\n".join(f"apply {bug}" if line == HERE else line for line in case.lines)
    asked = "stopped" if case.asked == OOPS else f"({case.asked})"
    stated = [f"{asked} == {value!r}" for value in (case.without, case.bug)]
    text = f'patch = "{bug}"\nkernel = "{case.kernel}"\ncommands = """\n{lines}\n"""\n'
    if stated[0] == stated[1]:
        assert wrong(text + f"same = ['{stated[0]}']") == []
    else:
        assert wrong(text + f"without = ['{stated[0]}']\nwith = ['{stated[1]}']") == []


@pytest.mark.parametrize(
    ("stated", "findings"),
    [
        ('without = ["zero._refcount == 1025"]', []),
        ('with = ["zero._refcount == 1"]', []),
        ('same = ["p.count == 1", "audit.clean"]', []),
        ('without = ["zero._refcount == 1026"]', [(8, "PT024")]),
        ('without = ["zero._refcount > 0"]', [(8, "PT024")]),
        ('with = ["zero._refcount == 1025"]', [(8, "PT024")]),
        ('same = ["zero._refcount == 1"]', [(8, "PT025")]),
        ('same = ["zero._refcnt == 1"]', [(8, "PT025")]),
        ('same = ["zero._refcount ="]', [(8, "PT017")]),
    ],
)
def test_an_expression_must_hold_on_its_side_and_there_only(
    stated: str, findings: list[tuple[int, str]]
) -> None:
    assert wrong(f'patch = "zero-page-unpinned"\n{PIN}\n{stated}') == findings


def test_a_command_that_is_refused_is_found_unless_that_is_the_symptom() -> None:
    # There is no folio_add_pin() to call without the patch.
    text = (
        'patch = "folio-add-pin"\ncommands = """\nmmap a 1\nwrite a 1\npin a as p\n'
        'addpin p as q\n"""\n'
    )
    with_ = 'with = ["a[0]._refcount == 1 + 2 * 1024"]'
    assert wrong(text + with_) == [(7, "PT010")]
    assert wrong(f'{text}without = ["refused"]\n{with_}') == []


def test_an_oops_is_found_unless_that_is_the_symptom() -> None:
    text = (
        'patch = "bio-pinned-and-put"\nkernel = "v6.4+block-pin-v21"\ncommands = """\n'
        'mmap a 4\nwrite a 1\ndisk d 64K\ndio read d 0 a\n"""\n'
    )
    assert wrong(f'{text}same = ["a.pages == 4"]') == [(8, "PT010")]
    assert wrong(f'{text}without = ["audit.clean"]\nwith = ["stopped"]') == []


def test_a_race_is_explored_without_the_patch_and_with_it() -> None:
    text = 'patch = "bug-fork-unnoticed"\nkernel = "v6.1"\nscenario = "race-fork"\n'
    never, sometimes = "'verdict == \"Never\"'", "'verdict == \"Sometimes\"'"
    found = symptom(f"{text}without = [{never}]\nwith = [{sometimes}]")
    assert list(check_symptom(LESSON, found)) == []
    assert "| `verdict` | Never | Sometimes |" in told(found)
    assert wrong(f"{text}without = [{sometimes}]") == [(5, "PT024")]


def test_a_scenario_without_cpus_is_no_race() -> None:
    text = 'patch = "zero-page-unpinned"\nscenario = "zero-page"\nsame = ["verdict"]'
    assert wrong(text) == [(1, "PT007")]


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        (f'patch = "x"\n{PIN}', "PT026"),
        ('patch = "x"\nsame = ["1"]', "PT003"),
        (f'patch = "x"\nscenario = "race-fork"\n{PIN}\nsame = ["1"]', "PT003"),
        (f"{PIN}\nsame = ['1']", "PT003"),
        ('patch = "x"\ncommands = "on v6.4: audit"\nsame = ["1"]', "PT010"),
        ('patch = "x"\ncommands = "adit"\nsame = ["1"]', "PT010"),
    ],
)
def test_a_fence_that_cannot_be_read_is_refused(text: str, rule: str) -> None:
    with pytest.raises(ContentError) as caught:
        symptom(text)
    assert caught.value.rule == rule


def test_the_learner_sees_the_commands_and_each_value_on_both_sides() -> None:
    found = symptom(
        f'patch = "zero-page-unpinned"\n{PIN}\nwithout = ["zero._refcount == 1025"]\n'
        'same = ["p[0] == zero", "audit.clean"]\nwhy = "It is never counted."'
    )
    assert told(found).splitlines() == [
        "The same commands without `zero-page-unpinned` (v6.4) and with it"
        " (v6.4+zero-page-unpinned):",
        "",
        "```txt",
        "mmap a 1",
        "read a",
        "pin a as p",
        "```",
        "",
        "| | without | with |",
        "|---|---|---|",
        "| `zero._refcount` | 1025 | 1 |",
        "| `p[0] == zero` | yes | yes |",
        "| `audit.clean` | yes | yes |",
        "",
        "It is never counted.",
    ]


def test_the_learner_is_told_where_the_kernel_stopped() -> None:
    found = symptom(
        'patch = "bio-pinned-and-put"\nkernel = "v6.4+block-pin-v21"\ncommands = """\n'
        'mmap a 4\nwrite a 1\ndisk d 64K\ndio read d 0 a\n"""\nwith = ["stopped"]'
    )
    assert "With the patch `dio read d 0 a`: " in told(found)
    assert "| `stopped` | no | yes |" in told(found)
