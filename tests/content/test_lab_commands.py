"""`lab` leaves a lesson for a machine of one's own."""

import pintutor.content.commands  # noqa: F401  (declares commands)
from tests.labs import refused, run, started


def test_lab_gives_a_fresh_machine_of_the_same_release() -> None:
    lab = started("mmap buf 2", kernel="v6.5")
    told = run(lab, "lab")
    assert lab.names.ranges() == {}
    assert (lab.kernel_name, told.data["fresh"]) == ("v6.5", True)


def test_lab_keep_leaves_the_lesson_and_nothing_else() -> None:
    lab = started()
    run(lab, "lesson page-counts", "go")
    told = run(lab, "lab keep")
    assert lab.session is None
    assert [*lab.names.ranges()] == ["buf"]
    assert told.data["left"] == "page-counts"


def test_what_was_done_of_the_lesson_is_kept() -> None:
    lab = started()
    run(lab, "lesson page-counts", "go", "lab", "lesson page-counts")
    assert lab.timeline.entries[0].line == "mmap buf 2"


def test_lab_is_refused_at_a_word_that_it_does_not_know() -> None:
    error = refused(started(), "lab kep")
    assert error.at is not None and error.at.start == len("lab ")
