"""Nothing is lost but the command under way when a tutor is killed at any moment."""

import os
import subprocess
import sys
from pathlib import Path

from pintutor.content.learner.journal import parsed
from pintutor.content.learner.progress import default_path
from tests.profiles import examples

STATE = "XDG_STATE_HOME"
PROGRAM = Path(__file__).parents[1] / "killed.py"


def killed(how: str, rounds: int) -> int:
    done = subprocess.run(
        [sys.executable, str(PROGRAM), how, "7", str(rounds), os.environ[STATE]],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return int(done.stdout)


def test_two_tutors_that_save_at_once_lose_nothing_when_both_are_killed() -> None:
    rounds = examples(60)
    assert killed("stores", rounds) == 2 * rounds
    _, *lines = default_path().read_bytes().split(b"\n")
    assert all(parsed(line) for line in lines[:-2])


def test_prompts_that_are_killed_lose_at_most_the_line_under_way() -> None:
    rounds = examples(10)
    assert killed("prompts", rounds) == rounds
