"""What a name on the command line stands for: a lesson, a script, or a scenario."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from pintutor.content import catalogue, scenario
from pintutor.content.errors import NoSuchContent
from pintutor.content.lesson import Lesson
from pintutor.content.lesson import load as load_lesson
from pintutor.lab import releases
from pintutor.lab.errors import did_you_mean, printable
from pintutor.patches import series
from pintutor.recording import script, transcript
from pintutor.recording.beats import Beat, Manner
from pintutor.recording.lesson_play import lesson_stage
from pintutor.recording.playing import Run, Source, typed_beats
from pintutor.recording.stage import Stage
from pintutor.recording.transcript import Transcript

SUFFIX = ".session"


def find(name: str, *, kernel: str | None = None, seed: int = 0) -> Source | Transcript:
    """The lesson, script, scenario or transcript of that name, or in that file.

    A lesson that has variants is the one that the seed leads to.

    Errors: NoSuchContent, ContentError; CommandError for an unknown kernel.
    """
    path = Path(name)
    if path.suffix == SUFFIX and path.is_file():
        return transcript.load(path)
    if path.is_file() and path.suffix == ".pin":
        return script.load(path, kernel=kernel)
    if path.is_file() or (path / catalogue.FILE).is_file():
        return load_lesson(path, seed=seed)
    lesson = _lesson(name, seed)
    return lesson if lesson is not None else _scenario(name, kernel)


def lesson_named(name: str, *, seed: int = 0) -> Lesson:
    """The lesson of the catalogue, as a seed has it (NoSuchContent, ContentError)."""
    listed = catalogue.find(name)
    found = load_lesson(listed.path, seed=seed)
    return replace(
        found, front=replace(found.front, id=listed.front.id), number=listed.number
    )


def _lesson(name: str, seed: int) -> Lesson | None:
    try:
        return lesson_named(name, seed=seed)
    except NoSuchContent:
        return None


def _scenario(name: str, kernel: str | None) -> Source:
    try:
        return script.load(scenario.find(name), kernel=kernel)
    except NoSuchContent:
        known = [one.front.id for one in catalogue.lessons()]
        known += [path.stem for path in scenario.scenarios()]
        what = f"no lesson, script or scenario is called `{printable(name[:60])}`"
        hint = "`pintutor lessons` lists the lessons; a script is a file, `talk.pin`"
        raise NoSuchContent(what + did_you_mean(name, known), hint=hint) from None


def transcript_beats(found: Transcript) -> list[Beat]:
    """What the lines of a transcript show now.

    Errors: NoSuchContent for its lesson; CommandError for its kernel.
    """
    manner = Manner(width=found.width, steps=False)
    if found.lesson:
        stage = lesson_stage(lesson_named(found.lesson, seed=found.seed), manner)
    else:
        releases.find(found.kernel or series.DEFAULT)
        stage = Stage(found.kernel or series.DEFAULT, manner)
    return list(typed_beats(stage, [block.line for block in found.blocks]))


def transcript_of(source: Source, *, width: int) -> tuple[list[str], list[Beat]]:
    """The headers and the beats of a transcript that a lesson or a script makes."""
    manner = Manner(width=width, steps=False)
    head = [f"#: width {width}"]
    if isinstance(source, Lesson):
        seed = [f"#: seed {source.seed}"] if source.seed else []
        return [f"#: lesson {source.id}", *seed, *head], list(Run(source, manner))[1:]
    lines = [cue.text for cue in source.cues if cue.kind == "line"]
    beats = list(typed_beats(Stage(source.kernel, manner), lines))
    return [f"#: kernel {source.kernel}", *head], beats
