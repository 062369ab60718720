"""What holds of every command: examples that work, help, and neighbours that exist."""

import pytest

import pintutor.content.commands
import pintutor.view.races  # noqa: F401  (declare what commands of the lab may name)
from pintutor.lab.command import Command
from pintutor.lab.errors import CommandError
from pintutor.lab.registry import REGISTRY
from pintutor.lab.words import split, split_prefixes
from tests.labs import Lab, refused, run, started

COMMANDS = tuple(
    command
    for command in REGISTRY.commands.values()
    if command.function.__module__.startswith("pintutor.lab.")
)

each_command = pytest.mark.parametrize(
    "command", COMMANDS, ids=lambda command: command.name
)

LOOKING = [
    "show",
    "show pt",
    "show vmstat",
    "show held",
    "show vma",
    "show tasks",
    "show trace",
    "show dmesg",
    "why zero._refcount",
    "why a[0].pte",
    "owners a[0]",
    "audit",
    "source try_grab_page",
    "help",
    "help pin",
    "kernels",
    "patches",
    "diff zero-page-unpinned",
    "timeline",
    "branch",
    "mark",
    "expect audit.clean",
]


@each_command
def test_a_command_has_an_explanation_that_ends_like_a_sentence(command: Command) -> None:
    assert command.summary[-1] in ".?"
    assert "\n" not in command.summary


@each_command
def test_an_example_is_a_line_of_this_command(command: Command) -> None:
    for example in command.examples:
        words = split_prefixes(split(example)).words
        called = REGISTRY.get(words[0].text)
        assert called is not None, example
        assert called is command or ":" in example, example


@each_command
def test_an_example_fails_at_most_for_a_name_that_is_not_there(command: Command) -> None:
    """It is written as the command wants it, so only what it names can be missing."""
    for example in command.examples:
        lab = started("mmap buf 8", "write buf 0x41", "undo", "redo")
        try:
            lab.execute(example)
        except CommandError as error:
            allowed = (
                "bad-place",
                "kernel-stopped",
                "missing-argument",
                "name-taken",
                "no-page",
                "not-there",
                "patch-refused",
                "too-late",
            )
            named = error.code.startswith("unknown-") and error.code != "unknown-command"
            assert named or error.code in allowed, (example, error.code, error.message)


@each_command
def test_what_is_to_see_besides_is_a_command(command: Command) -> None:
    for name in command.see:
        assert REGISTRY.get(name) is not None
        assert name != command.name


@each_command
def test_help_explains_it(command: Command) -> None:
    told = run(Lab(), f"help {command.name}")
    assert told.title == command.usage
    assert told.paragraphs[0] == command.summary


@pytest.mark.parametrize("topic", REGISTRY.topics())
def test_help_on_a_topic_lists_its_commands_and_no_others(topic: str) -> None:
    told = run(Lab(), f"help {topic}")
    if told.title == topic:
        names = [text.partition(" ")[0].partition("\n")[0] for text in told.paragraphs]
        assert names == [one.name for one in REGISTRY.topics()[topic]]
    else:
        assert REGISTRY.get(topic) is not None


@pytest.mark.parametrize("line", LOOKING)
def test_looking_changes_nothing(line: str) -> None:
    lab = started("mmap a 1", "write a 0x41", "pin a as p")
    before = lab.machine.journal.position, lab.timeline.total, lab.last
    lab.execute(line)
    assert (lab.machine.journal.position, lab.timeline.total, lab.last) == before


@pytest.mark.parametrize("line", LOOKING)
def test_looking_works_in_the_middle_of_a_command(line: str) -> None:
    lab = started("mmap a 1", "write a 0x41", "pin a as p", "back 20")
    cursor = lab.timeline.cursor
    lab.execute(line)
    assert lab.timeline.cursor == cursor


@each_command
def test_a_word_too_many_is_refused_at_the_word(command: Command) -> None:
    if any(one.shape.name in ("REST", "RAW") for one in command.parameters):
        return
    error = refused(Lab(), f"{command.name} ,, ,, ,, ,, ,, ,, ,, ,,")
    assert error.at is not None
