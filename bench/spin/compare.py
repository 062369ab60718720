"""SPIN and pintutor side by side: the same races, the same verdicts, how long each.

See README.md in this folder.
"""

from __future__ import annotations

import argparse
import compileall
import gc
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

import pintutor
from pintutor.content.races.race_set_up import race_of
from pintutor.content.races.verdict import verdict_of
from pintutor.content.reading import load

HERE = Path(__file__).resolve().parent / "models"
ROUNDS = 7
COLD_GOAL, LOADED_GOAL = 4, 20
"""How many times as fast as SPIN pintutor is to be."""

SETTINGS = {
    "-O0": ("-O0",),
    "-O0 no reduction": ("-O0", "-DNOREDUCE"),
    "-O2": ("-O2",),
    "-O2 no reduction": ("-O2", "-DNOREDUCE"),
}
"""How the verifier that SPIN writes is compiled."""


@dataclass(frozen=True)
class Model:
    """A race for both."""

    name: str
    """That of its .pin file."""
    promela: str
    constants: tuple[str, ...]

    @property
    def pin(self) -> Path:
        """The scenario."""
        return HERE / f"{self.name}.pin"


MODELS = (
    *(Model(f"fork-{pages}", "fork.pml", (f"-DK={pages}",)) for pages in (1, 2, 4)),
    Model("counters", "counters.pml", ("-DPINS=5",)),
    *(Model(f"pipe-{pages}", "pipe.pml", (f"-DK={pages}",)) for pages in (1, 2, 3)),
)


@dataclass
class Measured:
    """One model on one kernel."""

    model: str
    kernel: str
    verdicts: dict[str, str] = field(default_factory=dict)
    """What each said."""
    seconds: dict[str, list[float]] = field(default_factory=dict)
    """How long each took, round by round."""
    states: dict[str, str] = field(default_factory=dict)
    """How many states SPIN stored, by its settings."""

    def took(self, what: str, seconds: float) -> None:
        """Note how long something took."""
        self.seconds.setdefault(what, []).append(seconds)

    def middle(self, what: str) -> float:
        """The median of what something took [s]."""
        return median(self.seconds[what])

    @property
    def fastest(self) -> str:
        """SPIN's fastest settings."""
        return min(SETTINGS, key=self.middle)

    @property
    def row(self) -> dict[str, object]:
        """The result as data."""
        spin = self.middle(self.fastest)
        cold, loaded = self.middle("cold"), self.middle("loaded")
        return {
            "model": self.model,
            "kernel": self.kernel,
            "verdict": "/".join(sorted(set(self.verdicts.values()))),
            "states": self.states[self.fastest],
            "spin": f"{spin * 1e3:.0f} ms",
            "settings": self.fastest,
            "from start": f"{cold * 1e3:.0f} ms",
            "ratio": f"{spin / cold:.2f}",
            "loaded": f"{loaded * 1e3:.0f} ms",
            "loaded ratio": f"{spin / loaded:.1f}",
        }


def spent() -> float:
    """CPU time of all programs that were run and have ended [s]."""
    times = os.times()
    return times.children_user + times.children_system


def spin(model: Model, constants: tuple[str, ...], options: tuple[str, ...]) -> str:
    """What the verifier says of a model; run from `spin -a` on."""
    with tempfile.TemporaryDirectory() as folder:
        shutil.copy(HERE / model.promela, folder)
        for words in (
            ["spin", "-a", *constants, model.promela],
            ["cc", *options, "-w", "-DSAFETY", "-o", "pan", "pan.c"],
        ):
            subprocess.run(words, cwd=folder, check=True, capture_output=True)
        done = subprocess.run(
            ["./pan", "-w16"], cwd=folder, check=True, capture_output=True, text=True
        )
    return done.stdout


def spin_verdict(told: str) -> str:
    """The verdict in pintutor's words."""
    assert "errors:" in told and "max search depth too small" not in told, told
    return "Never" if "errors: 0" in told else "Sometimes"


def cold(model: Model, kernel: str) -> str:
    """The verdict of a fresh process of pintutor."""
    words = ["-m", "pintutor", "explore", str(model.pin), "--kernel", kernel, "--verdict"]
    done = subprocess.run(
        [sys.executable, *words], check=True, capture_output=True, text=True
    )
    return done.stdout.split()[2]


def loaded(model: Model, kernel: str) -> tuple[str, float]:
    """The verdict in a process where the race is set up, and what it took [s]."""
    words = [__file__, "--first", str(model.pin), kernel]
    done = subprocess.run(
        [sys.executable, *words], check=True, capture_output=True, text=True
    )
    verdict, seconds = done.stdout.split()
    return verdict, float(seconds)


def first(pin: str, kernel: str) -> None:
    """Set a race up, ask for its verdict, and print it with what that took [s]."""
    lab, race = race_of(load(Path(pin)), kernel)
    gc.freeze()  # as `explore --verdict` does
    with lab.machine:
        start = time.process_time()
        verdict = verdict_of(race)
        print(verdict, time.process_time() - start)


def measure(model: Model, kernel: str, measured: Measured) -> None:
    """One round of everything."""
    constants = model.constants
    if "+" in kernel:
        constants = (*constants, "-DBUG")
    for name, options in SETTINGS.items():
        start = spent()
        told = spin(model, constants, options)
        measured.took(name, spent() - start)
        measured.verdicts[f"SPIN {name}"] = spin_verdict(told)
        stored = next(line for line in told.splitlines() if "states, stored" in line)
        measured.states[name] = stored.split()[0]
    start = spent()
    measured.verdicts["from start"] = cold(model, kernel)
    measured.took("cold", spent() - start)
    measured.verdicts["loaded"], seconds = loaded(model, kernel)
    measured.took("loaded", seconds)


def table(rows: list[dict[str, object]], *, markdown: bool) -> list[str]:
    """The rows as text or Markdown."""
    names = list(rows[0])
    cells = [names, *([str(row[name]) for name in names] for row in rows)]
    widths = [max(len(row[column]) for row in cells) for column in range(len(names))]
    ends = ("| ", " | ", " |") if markdown else ("", "  ", "")
    lines = [
        ends[0]
        + ends[1].join(cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        + ends[2]
        for row in cells
    ]
    if markdown:
        lines.insert(1, "|" + "|".join("-" * (width + 2) for width in widths) + "|")
    return [line.rstrip() for line in lines]


def main() -> int:
    """Measure and print; 0 when both always say the same and the goals are reached."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--models", nargs="+", choices=[model.name for model in MODELS])
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--markdown", action="store_true")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--first", nargs=2, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.first:
        first(*options.first)
        return 0
    for tool in ("spin", "cc"):
        if shutil.which(tool) is None:
            print(f"there is no `{tool}`: apt-get install spin gcc", file=sys.stderr)
            return 2
    models = [m for m in MODELS if not options.models or m.name in options.models]
    found = [Measured(m.name, kernel) for m in models for kernel in load(m.pin).kernels]
    by_name = {model.name: model for model in models}
    for number in range(options.rounds):
        compileall.compile_dir(Path(pintutor.__file__).parent, quiet=2)
        for each in found:
            note = f"round {number + 1} of {options.rounds}: {each.model} {each.kernel}"
            print(note, file=sys.stderr, flush=True)
            measure(by_name[each.model], each.kernel, each)
    rows = [each.row for each in found]
    if options.json:
        print(json.dumps({"cpus": os.cpu_count(), "results": rows}, indent=1))
    else:
        print("\n".join(table(rows, markdown=options.markdown)))
    return verdict_on(rows)


def verdict_on(rows: list[dict[str, object]]) -> int:
    """Say how many goals are reached; 1 unless it is all of them."""
    same = sum("/" not in str(row["verdict"]) for row in rows)
    fast = sum(float(str(row["ratio"])) >= COLD_GOAL for row in rows)
    faster = sum(float(str(row["loaded ratio"])) >= LOADED_GOAL for row in rows)
    told = (
        f"of {len(rows)}: {same} with the same verdicts, {fast} at least {COLD_GOAL} "
        f"times as fast from the start, {faster} at least {LOADED_GOAL} times loaded"
    )
    print(told, file=sys.stderr)
    return 0 if same == fast == faster == len(rows) else 1


if __name__ == "__main__":
    sys.exit(main())
