"""Commands that look: at memory, counts and their holders, source, and help."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any

from pintutor.lab import books
from pintutor.lab.errors import CommandError, did_you_mean, printable
from pintutor.lab.fields import FIELD, PAGE, Place
from pintutor.lab.kinds import OneOf
from pintutor.lab.lookups import FUNCTION, REGION, Lookup
from pintutor.lab.names import BUILT_IN
from pintutor.lab.regions import Region
from pintutor.lab.registry import REGISTRY, command, topics
from pintutor.lab.results import Audit, Source, Table, Told, Why
from pintutor.lab.show import PLACED, VIEWS
from pintutor.lab.sources import located, patches_of, running
from pintutor.lab.words import Word
from pintutor.linux.include.linux.mm_types import Page
from pintutor.sim.function import FUNCTIONS, KernelFunction

if TYPE_CHECKING:
    from pintutor.lab.command import Command
    from pintutor.lab.lab import Lab


@dataclass(frozen=True, slots=True)
class ShownKind:
    """A range to show, where it might have been meant for what to show."""

    name: str = "REGION"
    note: str = "with pages or pt: only what this range maps"
    raw: bool = False

    def parse(self, word: Word, lab: Any) -> tuple[Word, Region]:
        """The range, as it was typed; CommandError that knows what `show` can show."""
        try:
            return word, REGION.parse(word, lab)
        except CommandError as error:
            meant = did_you_mean(word.text, (*PLACED, *VIEWS))
            if not meant:
                raise
            raise CommandError(
                f"`show` shows no `{printable(word.text[:40])}`{meant}",
                word.span,
                code=error.code,
            ) from None

    def complete(self, prefix: str, lab: Any) -> Iterable[tuple[str, str]]:
        """The ranges, and their pages."""
        return REGION.complete(prefix, lab)


@command(
    "look",
    mutates=False,
    examples=("show", "show pt", "show pt buf[0]", "show vmstat"),
    see=("why", "owners", "draw"),
)
def show(
    lab: Lab,
    region: Annotated[tuple[Word, Region] | None, ShownKind()] = None,
    *,
    what: Annotated[str, OneOf(*PLACED, *VIEWS), "what to show"] = "pages",
) -> Table:
    """Show part of the machine as a table: the pages that are in use, by default.

    Pages and entries that are alike, one behind the other, take one row. `show iter`,
    `show bio` and `show dio` mark what the last command changed, or within a command
    the last step: old → new.
    """
    if what in PLACED:
        return PLACED[what](lab, region and region[1])
    if region is not None:
        word = region[0]
        raise CommandError(
            f"`show {what}` is not about a range",
            word.span,
            code="bad-place",
            hint=" and ".join(f"`show {one} {word.text}`" for one in PLACED) + " are",
        )
    return VIEWS[what](lab)


@command(
    "look",
    mutates=False,
    examples=("why zero._refcount", "why buf[0]._refcount"),
    see=("owners", "audit", "last"),
)
def why(lab: Lab, field: Annotated[Place, FIELD]) -> Why:
    """Take a count apart: who holds each unit, and which step took it."""
    if isinstance(field.obj, Page) and field.field in books.COUNTS:
        return books.why(lab, field.obj, str(field.field))
    value = (
        field.obj[field.field]
        if isinstance(field.field, int)
        else getattr(field.obj, field.field)
    )
    return Why(field.label, value, (), 0, books.last_write(lab, field.obj, field.field))


@command(
    "look",
    mutates=False,
    examples=("owners zero", "owners buf[0]"),
    see=("why", "audit"),
)
def owners(lab: Lab, page: Annotated[Page, PAGE]) -> Table:
    """List who holds a page."""
    rows = tuple(
        (owner.kind, owner.name, owner.units, owner.pins)
        for owner in books.owners(lab, page)
    )
    count = page._refcount if page.compound_head is None else page.compound_head._refcount
    note = f"_refcount {count}, held {sum(row[2] for row in rows)}"
    title = f"owners of {lab.names.label(page)}"
    return Table(title, ("kind", "holder", "_refcount", "_pincount"), rows, note)


@command("look", mutates=False, see=("why", "owners"))
def audit(lab: Lab) -> Audit:
    """Check every count against its holders: what leaks, what was given back twice."""
    return books.audit(lab)


@command(
    "look",
    mutates=False,
    examples=("source try_grab_page", "source"),
    see=("diff",),
)
def source(
    lab: Lab,
    function: Annotated[KernelFunction[Any, Any] | None, FUNCTION] = None,
) -> Source:
    """Show the body of a function that runs now; without a name, where you stand."""
    event = lab.timeline.stand().event
    here = located(event)
    if function is None:
        if not here.function:
            raise CommandError(
                "you stand between commands, in no function",
                None,
                code="missing-argument",
                hint="name one, or `back` into the last command",
            )
        function = FUNCTIONS[here.function]
    body = running(function, lab.machine.patches)
    if body is None:
        raise CommandError(
            f"{lab.kernel_name} has no {function.__name__}()",
            None,
            code="unknown-function",
            of=("function",),
            hint=" or ".join(
                f"`apply {patch.name}`" for patch in patches_of(function.__name__)
            ),
        )
    current = here.line if here.function == body.function else 0
    return Source(body.function, body.file, body.origin, body.lines, current)


def _help_topics(lab: Any) -> dict[str, object]:
    about = {topic: f"the commands of {topic}" for topic in topics()}
    return {**about, **{name: one.summary for name, one in REGISTRY.commands.items()}}


@dataclass(frozen=True, slots=True)
class HelpKind:
    """A command by its name or alias, or a topic."""

    name: str = "COMMAND"
    note: str = "a command or a topic"
    raw: bool = False

    def parse(self, word: Word, lab: Any) -> str:
        """The word, when there is help on it."""
        if REGISTRY.get(word.text) is None:
            _SUBJECTS.parse(word, lab)
        return word.text

    def complete(self, prefix: str, lab: Any) -> Iterable[tuple[str, str]]:
        """The commands and topics that begin with `prefix`."""
        return _SUBJECTS.complete(prefix, lab)


_SUBJECTS = Lookup("COMMAND", "a command or a topic", "command", _help_topics)
HELP = HelpKind()


@command("look", mutates=False, aliases=("?",), examples=("help", "help pin"))
def help_(lab: Lab, about: Annotated[str, HELP] = "") -> Told:
    """List the commands, or say what one does and how it is written."""
    if not about:
        return _overview()
    one = REGISTRY.get(about)
    return _explained(one) if one is not None else _topic(about)


def _overview() -> Told:
    parts = tuple(
        f"{topic}: " + " ".join(one.name for one in commands)
        for topic, commands in topics().items()
    )
    names = ", ".join(f"{name} ({note})" for name, note in BUILT_IN.items())
    closing = (
        "`help COMMAND` explains one, `help TOPIC` a group. Tab completes.",
        f"Names that are always there: {names}.",
        "`on v6.1 <v6.5: COMMAND` runs it on those kernels only; `--json` after any"
        " command prints data; with `&` behind it what takes long runs beside your work.",
    )
    return Told("commands", (*parts, *closing))


def _topic(topic: str) -> Told:
    commands = topics()[topic]
    return Told(topic, tuple(f"{one.usage}\n  {one.summary}" for one in commands))


def _flowing(paragraph: str) -> str:
    """A paragraph without its line ends, unless it is indented: the screen breaks it."""
    lines = paragraph.splitlines()
    return paragraph if any(line.startswith(" ") for line in lines) else " ".join(lines)


def _explained(one: Command) -> Told:
    parts = [one.summary]
    if one.body:
        parts += map(_flowing, one.body.split("\n\n"))
    notes = [f"  {each.usage}  {each.note}" for each in one.parameters if each.note]
    if notes:
        parts.append("\n".join(notes))
    if one.examples:
        parts.append("for example:\n" + "\n".join(f"  {each}" for each in one.examples))
    if one.kernel:
        parts.append(f"in Linux: {one.kernel}")
    if one.see:
        parts.append("see also: " + " ".join(one.see))
    return Told(one.usage, tuple(parts), {"name": one.name, "topic": one.topic})
