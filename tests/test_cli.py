"""What the command line prints, and the exit codes that it ends with."""

import io
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from pintutor import __version__, cli
from pintutor.cli import arguments, banner, handlers
from pintutor.cli.envelope import fitted
from pintutor.patches import series

HEAVY = ("textual", "prompt_toolkit", "rich", "asyncio", "pygments")
WITHOUT_ARGPARSE = ("argparse", "dataclasses", "json", "typing")


def imported(*words: str) -> set[str]:
    """The modules that a run of `pintutor` has imported when it ends."""
    program = (
        "import sys; from pintutor.cli import main; main(sys.argv[1:]);"
        "print(*sys.modules, file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, *words], capture_output=True, text=True, check=True
    )
    return set(done.stderr.split())


def envelope(capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    """The one JSON object on stdout."""
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    return found


def test_version_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["--version"]) == 0
    assert capsys.readouterr().out == f"pintutor {__version__}\n"


def test_version_imports_next_to_nothing() -> None:
    assert not imported("--version") & {*HEAVY, *WITHOUT_ARGPARSE}


@pytest.mark.parametrize(
    "words",
    [
        ["lessons"],
        ["patches"],
        ["run", "zero-page"],
        ["explore", "race-fork", "--kernel", "v6.1"],
        ["check", "scenarios/short-pin.pin"],
    ],
)
def test_reporting_imports_no_screen_library(words: list[str]) -> None:
    assert not imported(*words) & set(HEAVY)


def test_the_banner_needs_nothing_slow() -> None:
    program = (
        "import sys; from pintutor.cli import banner; banner.show('v6.4');"
        "print(*sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert not set(done.stdout.split()) & {*HEAVY, *WITHOUT_ARGPARSE}


def test_the_banner_names_the_kernel_that_a_lab_starts_with() -> None:
    assert banner.DEFAULT_KERNEL == series.DEFAULT


def test_every_subcommand_has_a_handler() -> None:
    assert list(handlers.HANDLERS) == list(arguments.SUBCOMMANDS)


def test_help_names_every_subcommand(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["--help"]) == 0
    lines = capsys.readouterr().out.splitlines()
    shown = {line.split()[0] for line in lines if line.startswith("  ")}
    assert set(arguments.SUBCOMMANDS) <= shown


@pytest.mark.parametrize("name", arguments.SUBCOMMANDS)
def test_every_subcommand_has_help(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main([name, "--help"]) == 0
    assert f"usage: pintutor {name}" in capsys.readouterr().out


def test_tui_without_a_terminal_names_what_works(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert cli.main(["tui"]) == 2
    assert "`pintutor repl` works without one" in capsys.readouterr().err


def test_an_unknown_word_is_answered_with_the_nearest_subcommand(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert cli.main(["lesons"]) == 2
    assert (
        "no command is called `lesons`; did you mean `lessons`?" in capsys.readouterr().err
    )


def test_an_unknown_word_cannot_command_the_terminal(
    capsys: pytest.CaptureFixture[str],
) -> None:
    cli.main(["\x1b]0;title\x07"])
    assert "\x1b" not in capsys.readouterr().err


def test_an_unknown_word_is_refused_as_json_too(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert cli.main(["lesons", "--json"]) == 2
    found = envelope(capsys)
    assert found["schema"] == "pintutor/usage"
    assert found["ok"] is False
    assert found["error"]["code"] == "unknown-command"


def test_a_missing_word_is_a_usage_error(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["run"]) == 2
    assert "usage: pintutor run" in capsys.readouterr().err


@pytest.mark.parametrize("name", ["lessons", "patches", "kernels"])
def test_a_list_as_json_is_one_envelope(
    name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main([name, "--json"]) == 0
    found = envelope(capsys)
    data = found.pop("data")
    assert found == {"schema": f"pintutor/{name}", "v": 1, "ok": True}
    assert isinstance(data, list)


def test_lessons_as_json_have_what_others_rely_on(
    capsys: pytest.CaptureFixture[str],
) -> None:
    cli.main(["lessons", "--json"])
    for lesson in envelope(capsys)["data"]:
        assert {"id", "title", "topic", "minutes"} <= set(lesson)


def test_patches_are_listed_in_their_order(capsys: pytest.CaptureFixture[str]) -> None:
    cli.main(["patches", "--json"])
    names = [patch["name"] for patch in envelope(capsys)["data"]]
    assert names == [patch.name for patch in series.ALL]


def test_one_kernel_is_where_a_session_starts(capsys: pytest.CaptureFixture[str]) -> None:
    cli.main(["kernels", "--json"])
    kernels = envelope(capsys)["data"]
    assert [each["name"] for each in kernels if each["default"]] == [series.DEFAULT]


def test_kernels_are_the_releases_and_then_the_series_to_add(
    capsys: pytest.CaptureFixture[str],
) -> None:
    cli.main(["kernels", "--json"])
    found = [(each["kind"], each["name"]) for each in envelope(capsys)["data"]]
    releases = [("release", name) for name in series.RELEASES]
    assert found == [*releases, *(("series", name) for name in series.SERIES)]


def test_the_list_of_kernels_counts_the_patches_of_a_series(
    capsys: pytest.CaptureFixture[str],
) -> None:
    cli.main(["kernels"])
    lines = capsys.readouterr().out.splitlines()
    count = len(series.SERIES["hubbard"])
    assert any(line.split()[:2] == ["hubbard", str(count)] for line in lines)


def test_a_scenario_that_holds_ends_with_0(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["run", "zero-page", "--json"]) == 0
    assert envelope(capsys)["ok"] is True


def _scenario(folder: Path, *commands: str, kernel: str = "v6.4") -> str:
    path = folder / "mine.pin"
    lines = ["about: A test.", f"kernels: {kernel}", "run:"]
    path.write_text("\n".join([*lines, *(f"  {each}" for each in commands)]) + "\n")
    return str(path)


def test_a_scenario_that_does_not_hold_ends_with_1(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = _scenario(tmp_path, "mmap buf 1", "expect 1 == 2")
    assert cli.main(["run", path]) == 1
    assert "mine.pin:5: on v6.4: expected 1 == 2" in capsys.readouterr().out


def test_a_scenario_that_cannot_be_read_ends_with_3(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "mine.pin").write_text("about: A test.\n")
    assert cli.main(["run", str(tmp_path / "mine.pin"), "--json"]) == 3
    assert envelope(capsys)["error"]["where"].endswith("mine.pin:1")


@pytest.mark.parametrize(
    "words",
    [
        ["run", "no-such-scenario"],
        ["run", "zero-page", "--kernel", "v9"],
        ["repl", "no-such-lesson"],
        ["repl", "--kernel", "v9"],
        ["check", "no-such-folder"],
    ],
)
def test_a_name_that_there_is_not_ends_with_4(
    words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(words) == 4
    assert "pintutor: " in capsys.readouterr().err


@pytest.mark.parametrize("shell", arguments.SHELLS)
def test_completion_names_every_subcommand(
    shell: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["completion", shell]) == 0
    words = set(capsys.readouterr().out.replace(":", " ").replace("'", " ").split())
    assert set(arguments.SUBCOMMANDS) <= words | {"tui"}


def test_bash_completes_a_subcommand() -> None:
    program = (
        f"source <('{sys.executable}' -m pintutor completion bash);"
        "COMP_WORDS=(pintutor less); COMP_CWORD=1; _pintutor; echo ${COMPREPLY[@]}"
    )
    done = subprocess.run(
        ["bash", "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stdout == "lessons lesson\n"


def test_doctor_finds_nothing_missing(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["doctor", "--json"]) == 0
    assert envelope(capsys)["data"]["pintutor"] == __version__


@pytest.mark.parametrize("width", [60, 80])
def test_on_a_terminal_long_lines_break_between_words_below_their_column(
    width: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", str(width))
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    words = "pipes pages and iterators that are long enough to go on " * 2
    line = f"iter-pin-pages    v6.0    {words.strip()}"
    first, *more = fitted(line, sys.stdout).split("\n")
    assert all(len(each) <= width for each in (first, *more))
    assert all(each.startswith(" " * 26) for each in more)
    assert " ".join((first, *map(str.strip, more))).split() == line.split()


def test_in_a_pipe_a_long_line_stays_one_line() -> None:
    assert fitted("word " * 40, io.StringIO()) == "word " * 40
