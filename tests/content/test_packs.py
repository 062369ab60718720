"""Packs: found by their entry points, taken like other lessons, never run as code."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import pintutor.content.commands  # noqa: F401  (declares the commands of lessons)
from pintutor import cli
from pintutor.content import catalogue
from pintutor.content.learner.progress import Store
from pintutor.content.packs import packs
from tests.content.courses import Course
from tests.labs import Lab, run

BOOBY_TRAP = "raise SystemExit('code of a pack was run')\n"


@pytest.fixture(autouse=True)
def found_anew() -> Iterator[None]:
    """Let packs be looked for in each test, and be forgotten after it."""
    packs.cache_clear()
    yield
    packs.cache_clear()


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of installed distributions, one of which has a pack."""
    site = tmp_path / "site-packages"
    Course.made(site / "acme_course")
    (site / "acme_course" / "__init__.py").write_text(BOOBY_TRAP)
    _install(site, "acme = acme_course\n")
    monkeypatch.syspath_prepend(str(site))
    return site


def _install(site: Path, points: str) -> None:
    """Write the metadata of a distribution with those entry points."""
    metadata = site / "acme_course-1.0.dist-info"
    metadata.mkdir(exist_ok=True)
    (metadata / "METADATA").write_text("Name: acme-course\nVersion: 1.0\n")
    (metadata / "entry_points.txt").write_text(f"[pintutor.packs]\n{points}")


def test_the_lessons_of_a_pack_are_listed_behind_the_others(site: Path) -> None:
    last = catalogue.lessons()[-1]
    assert (last.number, last.front.id) == ("acme/1.1", "acme/two-pages")


def test_no_code_of_a_pack_runs(site: Path) -> None:
    catalogue.lessons()
    run(Lab(), "lesson acme/two-pages")
    assert "acme_course" not in sys.modules


def test_a_lesson_of_a_pack_is_taken_and_kept_under_its_whole_name(site: Path) -> None:
    lab = Lab()
    run(lab, "lesson acme/two-pages", "go", "go")
    assert Store().load()["acme/two-pages"].done == ["map"]
    assert run(lab, "lesson acme/1.1").data["id"] == "bias"


def test_a_pack_can_be_checked_by_its_name(
    site: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["check", "acme"]) == 0
    course = Course(site / "acme_course")
    course.spoil(course.lesson, "mmap buf 2", "mmpa buf 2")
    assert cli.main(["check", "acme"]) == 1
    assert "PT010" in capsys.readouterr().out


def test_a_scenario_of_a_pack_is_run_by_its_whole_name(site: Path) -> None:
    assert cli.main(["run", "acme/zero"]) == 0


def test_a_lesson_of_a_pack_may_need_one_that_is_shipped(site: Path) -> None:
    course = Course(site / "acme_course")
    course.spoil(course.lesson, "minutes = 2", 'minutes = 2\nneeds = ["page-counts"]')
    assert cli.main(["check", "acme"]) == 0


@pytest.mark.parametrize(
    ("points", "wrong"),
    [
        ("acme = acme_course.deeper\n", "is not a top-level package"),
        ("acme = acme_course:lessons\n", "is not a top-level package"),
        ("acme = no_such_package\n", "there is no package"),
        ("Acme = acme_course\n", "its name is not small letters"),
    ],
)
def test_a_pack_that_cannot_be_found_is_named_and_stops_nothing(
    site: Path, capsys: pytest.CaptureFixture[str], points: str, wrong: str
) -> None:
    _install(site, points)
    assert cli.main(["lessons"]) == 0
    assert wrong in capsys.readouterr().out
    assert all("/" not in one.front.id for one in catalogue.lessons())
