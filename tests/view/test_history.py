"""The file of lines that were typed, when its writer was killed."""

from pintutor.view import history


def test_a_line_that_was_never_finished_does_not_spoil_the_next() -> None:
    history.append("mmap buf 2")
    with history.path().open("a") as file:
        file.write("pin b")
    history.append("audit")
    assert history.load() == ["mmap buf 2", "pin b", "audit"]
