"""The prompt: keys in, lines out."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from prompt_toolkit.completion import CompleteEvent
from prompt_toolkit.document import Document
from prompt_toolkit.formatted_text import to_plain_text
from prompt_toolkit.input import PipeInput, create_pipe_input
from prompt_toolkit.output import DummyOutput

from pintutor.repl.assistant import Words
from pintutor.repl.conversation import Conversation
from pintutor.repl.prompt import Prompt
from pintutor.repl.unknown import Unknown
from pintutor.view import history
from tests.labs import started
from tests.repl.conversations import Kept, conversation

ENTER = "\r"
CTRL_C, CTRL_D, CTRL_R = "\x03", "\x04", "\x12"


@pytest.fixture
def keys() -> Iterator[PipeInput]:
    with create_pipe_input() as found:
        yield found


def typed(keys: PipeInput, text: str) -> tuple[Conversation, Kept]:
    """What a conversation says to these keys; they end with Ctrl+D."""
    talk, kept = conversation()
    keys.send_text(text + CTRL_D)
    Prompt(lambda: talk, "v6.4", input=keys, output=DummyOutput()).read()
    return talk, kept


def opened(talk: Conversation, keys: PipeInput) -> Prompt:
    """A prompt whose conversation has begun."""
    prompt = Prompt(lambda: talk, "v6.4", input=keys, output=DummyOutput())
    prompt.open()
    return prompt


def test_a_line_runs_on_enter(keys: PipeInput) -> None:
    talk, kept = typed(keys, "mmap buf 2" + ENTER)
    assert talk.lab.timeline.entries[0].line == "mmap buf 2"
    assert kept.shown[0].startswith("buf")


def test_a_wrong_line_waits_and_can_be_put_right(keys: PipeInput) -> None:
    # The cursor stands behind the wrong word: three Backspaces take `pni` away.
    talk, kept = typed(keys, "pni x 1" + ENTER + "\x7f" * 3 + "mmap" + ENTER)
    assert not kept.complaints
    assert talk.lab.timeline.entries[0].line == "mmap x 1"


def test_a_wrong_line_runs_and_explains_itself_on_the_second_enter(
    keys: PipeInput,
) -> None:
    _, kept = typed(keys, "pni x" + ENTER + ENTER)
    assert kept.complaints == [
        "       pni x\n       ^^^ no such command; did you mean `pin`?"
    ]


def test_ctrl_c_clears_the_line(keys: PipeInput) -> None:
    talk, _kept = typed(keys, "mmap wrong 2" + CTRL_C + "mmap buf 2" + ENTER)
    assert [entry.line for entry in talk.lab.timeline.entries] == ["mmap buf 2"]


def test_a_paste_of_several_lines_runs_each(keys: PipeInput) -> None:
    paste = "\x1b[200~mmap buf 1\nread buf\npin buf as p\x1b[201~"
    talk, _ = typed(keys, paste + ENTER)
    assert [entry.name for entry in talk.lab.timeline.entries] == ["mmap", "read", "pin"]


def test_quit_ends_the_reading(keys: PipeInput) -> None:
    talk, _kept = typed(keys, "quit" + ENTER + "mmap buf 1" + ENTER)
    assert talk.left and not talk.lab.timeline.entries


def test_a_line_is_found_again_in_the_next_session(keys: PipeInput) -> None:
    typed(keys, "mmap buf 2" + ENTER)
    assert history.load() == ["mmap buf 2"]
    with create_pipe_input() as more:
        talk, _ = typed(more, "\x1b[A" + ENTER)
    assert [entry.line for entry in talk.lab.timeline.entries] == ["mmap buf 2"]


def test_ctrl_r_searches_the_lines_of_earlier_sessions(keys: PipeInput) -> None:
    for line in ("mmap buf 2", "help", "audit"):
        history.append(line)
    talk, _ = typed(keys, CTRL_R + "mma" + ENTER + ENTER)
    assert [entry.line for entry in talk.lab.timeline.entries] == ["mmap buf 2"]


def test_the_history_is_private_and_keeps_nothing_that_is_no_command(
    own_home: Path,
) -> None:
    for line in ("audit", "x" * 10_000_000, "a\x1b[2Jb", "", "   ", "two\nlines"):
        history.append(line)
    assert history.load() == ["audit"]
    assert history.path().is_relative_to(own_home)
    assert history.path().stat().st_mode & 0o777 == 0o600
    assert history.path().parent.stat().st_mode & 0o777 == 0o700


def test_a_home_that_cannot_be_written_stops_nobody(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "file"))
    history.append("audit")
    assert history.load() == []


def completions(text: str) -> dict[str, str]:
    """What could follow, with what is said about it."""
    words = Words(started("mmap buf 4", "pin buf as p"))
    event = CompleteEvent(completion_requested=True)
    found = words.get_completions(Document(text), event)
    return {each.text: each.display_meta_text for each in found}


def test_commands_are_completed_with_their_summaries() -> None:
    found = completions("un")
    assert list(found) == ["unpin", "undo"] or set(found) >= {"unpin", "undo"}
    assert all(found.values())


def test_places_flags_and_names_are_completed_where_they_may_stand() -> None:
    assert "buf" in completions("pin ")
    assert "buf[1]" in completions("pin buf[")
    assert {"write", "longterm", "as"} <= set(completions("pin buf "))
    assert set(completions("unpin ")) == {"p"} | set(completions("unpin ")) - {"buf"}
    assert "zero-page-unpinned" in completions("apply ")


def test_the_toolbar_says_where_the_learner_is_and_how_the_command_is_written(
    keys: PipeInput,
) -> None:
    talk, _ = conversation()
    talk.take("mmap buf 1")
    prompt = opened(talk, keys)
    assert to_plain_text(prompt.toolbar("")).splitlines() == [
        "Tab completes · Ctrl+R searches · Ctrl+D leaves · `help` lists the commands",
        f"step {talk.lab.timeline.total} of {talk.lab.timeline.total} · v6.4 · init",
    ]
    assert to_plain_text(prompt.toolbar("pin b")).startswith("pin REGION [write]")
    wrong = to_plain_text(prompt.toolbar("pin bff write"))
    assert wrong.startswith("column 5: no range is called `bff`; did you mean `buf`?")


def test_no_error_is_shown_for_the_word_that_is_being_typed(keys: PipeInput) -> None:
    talk, _ = conversation()
    prompt = opened(talk, keys)
    assert "no such command" not in to_plain_text(prompt.toolbar("pni"))
    assert "no such command" in to_plain_text(prompt.toolbar("pni "))


def test_a_fault_of_ours_costs_an_answer_and_not_the_session(
    keys: PipeInput, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("seeded")

    monkeypatch.setattr("pintutor.lab.books.audit", fail)
    talk, kept = typed(keys, "audit" + ENTER + "mmap buf 2" + ENTER)
    assert "internal error, RuntimeError: seeded" in kept.complaints[0]
    assert [entry.line for entry in talk.lab.timeline.entries] == ["mmap buf 2"]


def test_why_a_conversation_cannot_begin_comes_through(keys: PipeInput) -> None:
    def refuse() -> Conversation:
        raise Unknown

    keys.send_text("audit" + ENTER)
    with pytest.raises(Unknown):
        Prompt(refuse, "v6.4", input=keys, output=DummyOutput()).read()
