"""Lines through a pipe."""

import json
import subprocess
import sys

CODE = "import sys; from pintutor.repl.app import run; sys.exit(run(None, 'v6.4', {}))"


def piped(
    text: str | bytes, *, commands: str = "[]", after: str = ""
) -> subprocess.CompletedProcess[str]:
    """A process that reads these lines from a pipe."""
    data = text if isinstance(text, bytes) else text.encode("utf-8", "surrogateescape")
    done = subprocess.run(
        [sys.executable, "-c", CODE.replace("{}", commands + after)],
        input=data,
        capture_output=True,
        check=False,
    )
    return subprocess.CompletedProcess(
        done.args, done.returncode, done.stdout.decode(), done.stderr.decode()
    )


def test_the_same_lines_do_the_same_without_a_prompt() -> None:
    done = piped("mmap buf 2\nread buf\npin buf as p\nexpect zero._refcount == 2049\n")
    assert done.returncode == 0
    assert done.stderr == ""
    assert "1 → 2049  +2048  2 × GUP_PIN_COUNTING_BIAS" in done.stdout
    assert "▸" not in done.stdout


def test_errors_go_to_stderr_with_their_line_and_the_rest_still_runs() -> None:
    done = piped("mmap buf 1\npni buf\nread buf\n")
    assert done.returncode == 1
    assert done.stderr == (
        "line 2:\n  pni buf\n  ^^^ no such command; did you mean `pin`?\n"
    )
    assert "page fault" in done.stdout


def test_an_expectation_that_fails_makes_the_exit_code_1() -> None:
    done = piped("expect zero._refcount == 2\n")
    assert done.returncode == 1
    assert "does not hold" in done.stdout


def test_commands_of_the_command_line_run_before_stdin() -> None:
    done = piped(
        "expect zero._refcount == 1 and buf.pages == 3\n", commands="['mmap buf 3']"
    )
    assert done.returncode == 0, done.stdout


def test_json_is_one_object_a_line() -> None:
    done = piped("mmap buf 1\nfrob\n# nothing\n", after=", as_json=True")
    found = [json.loads(line) for line in done.stdout.splitlines()]
    assert [one["ok"] for one in found][:2] == [True, False]
    assert done.returncode == 1
    assert done.stderr == ""


def test_bytes_that_are_no_text_and_lines_without_end_are_one_error_each() -> None:
    done = piped(b"\xff\xfe\nread " + b"x" * 10_000_000 + b"\nmmap buf 1")
    assert done.returncode == 1
    assert len(done.stderr) < 600
    assert "10000005 characters" in done.stderr
    assert done.stdout.startswith("buf")


def test_quit_ends_a_script() -> None:
    assert piped("quit\npni\n").returncode == 0


def test_an_unknown_kernel_is_refused_by_name() -> None:
    code = CODE.replace("v6.4", "v6.44").replace("{}", "[]")
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False, input=""
    )
    assert done.returncode == 4
    assert "no kernel is called `v6.44`" in done.stderr


def test_a_pipe_needs_no_screen_library() -> None:
    names = "('prompt_toolkit', 'textual', 'rich', 'asyncio', 'pygments')"
    code = CODE.replace("sys.exit(", "(").replace("{}", "[]")
    code += f"; print([n for n in {names} if n in sys.modules])"
    done = subprocess.run(
        [sys.executable, "-c", code], input="audit\n", capture_output=True, text=True
    )
    assert done.stdout.splitlines()[-1] == "[]", done.stderr
