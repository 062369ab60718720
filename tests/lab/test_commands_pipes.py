"""pipe, vmsplice, pipe-write, splice, tee, drain, close, and what is seen of pipes."""

import pytest

from pintutor.linux.holders.pipe import pipe_holders
from pintutor.view.results import result_rows
from pintutor.view.rows import plain
from tests.labs import refused, run, started, value

WRITTEN = ("mmap buf 2", 'write buf "abc"', "pipe p")


def test_a_pipe_says_what_was_put_in_and_how_many_buffers_there_are() -> None:
    result = run(started(*WRITTEN), "vmsplice p buf")
    assert (result.function, result.name) == ("vmsplice_to_pipe", "p")
    assert (result.ret, result.error, result.buffers) == (8192, "", 2)


def test_a_buffer_has_its_page_and_where_the_data_lies() -> None:
    lab = started(*WRITTEN, "vmsplice p buf+1:2")
    assert value(lab, "p[0].offset == 1 and p[0].len == 2 and p[0].page == buf[0].page")
    assert value(lab, 'p[0].ops == "user_page_pipe_buf_ops" and p[0]._refcount == 2')
    assert value(lab, "p[0].bytes") == value(lab, "p.bytes") == b"bc"
    assert value(lab, "p.byte == p[0].byte and p.len == 2 and p.buffers == 1")
    assert value(lab, "p.slots == 16 and p.readers == 1 and p.writers == 1")


def test_a_gift_is_marked() -> None:
    lab = started(*WRITTEN, "vmsplice p buf[0] gift", "vmsplice p buf[1]")
    flags = [buf.flags for buf in lab.kernel.pipes[0].bufs if buf is not None]
    assert flags == [0x04, 0]


def test_drained_bytes_can_go_to_memory() -> None:
    lab = started(*WRITTEN, "mmap out 1", "vmsplice p buf:3")
    result = run(lab, "drain p 2 to out+5:100")
    assert (result.ret, result.value) == (2, b"ab".hex())
    assert value(lab, "out.bytes")[:8] == b"\0\0\0\0\0ab\0"


def test_the_owners_of_a_page_in_a_pipe_name_its_buffer() -> None:
    lab = started(*WRITTEN, "vmsplice p buf")
    rows = run(lab, "owners p[1]").rows
    assert ("pipe", "p[1]", 1, 0) in rows
    assert run(lab, "audit").imbalances == ()


def test_show_lists_what_is_in_the_pipes() -> None:
    lab = started(*WRITTEN, "vmsplice p buf")
    table = run(lab, "show pipe")
    assert table.rows[1] == ("p[1]", "buf[1]", 0, 4096, 2, "user_page_pipe_buf_ops")


def test_undo_takes_back_what_was_put_into_a_pipe() -> None:
    lab = started(*WRITTEN, "vmsplice p buf", "undo")
    assert value(lab, "p.buffers == 0 and buf[0]._refcount == 1 and audit.clean")


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("vmsplice p buf", "p  8192 bytes   vmsplice_to_pipe: 2 buffers in the pipe"),
        ("drain p", "= -EAGAIN   pipe_read: 0 buffers in the pipe"),
    ],
)
def test_a_result_is_told_in_a_line(line: str, told: str) -> None:
    rows = result_rows(run(started(*WRITTEN), line), 80)
    assert [plain(row) for row in rows] == [told]


@pytest.mark.parametrize(
    ("line", "code", "word"),
    [
        ("pipe p", "name-taken", ""),
        ("pipe x 3", "bad-number", ""),
        ("pipe x 0", "bad-number", "0"),
        ("vmsplice nopipe buf", "unknown-pipe", "nopipe"),
        ("vmsplice p nobuf", "unknown-name", "nobuf"),
        ("splice nofile 0 1 p", "unknown-file", "nofile"),
        ("splice p 0 1 p", "unknown-file", "p"),
        ("tee p p", "bad-name", ""),
        ("drain p 0", "bad-number", "0"),
        ("close p middle", "unexpected-word", "middle"),
        ("expect p[0].len", "", ""),
        ("expect p.byte", "", ""),
    ],
)
def test_a_mistake_is_shown_at_its_word(line: str, code: str, word: str) -> None:
    error = refused(started(*WRITTEN, "disk d 64K"), line)
    if code:
        assert error.code == code
    if word:
        assert error.at is not None
        assert line[error.at.start : error.at.stop] == word


def test_what_a_command_changed_names_the_pipe() -> None:
    outcome = started(*WRITTEN).execute("vmsplice p buf")
    told = {(one.subject, one.field, one.old, one.new) for one in outcome.changes}
    assert {("p", "head", 0, 2), ("buf[0]", "_refcount", 1, 2)} <= told


@pytest.mark.parametrize("line", ["pipe-write p buf", "vmsplice p buf", "tee p q"])
def test_pages_have_names_at_every_step_of_filling_a_pipe(line: str) -> None:
    lab = started(*WRITTEN, "pipe q", "pipe-write p buf[0]", line)
    for step in range(lab.timeline.total, lab.timeline.total - 300, -1):
        with lab.machine:
            lab.timeline.seek(step)
            assert lab.names.labels()
            assert pipe_holders(lab.kernel.pipes) is not None
