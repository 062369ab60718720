"""Commands that check: what must hold, what must fail, what must warn."""

from __future__ import annotations

import errno
from typing import TYPE_CHECKING, Annotated

from pintutor.lab.errors import CommandError, Span, did_you_mean, printable
from pintutor.lab.expressions import Expression
from pintutor.lab.paths import EXPRESSION, FAILING, WARNING
from pintutor.lab.registry import command
from pintutor.lab.results import Verdict, to_json
from pintutor.lab.scope import LabScope
from pintutor.lab.watches import PLAIN
from pintutor.lab.words import Word
from pintutor.linux.arch.x86.mm.fault import SIGBUS, SIGKILL, SIGSEGV
from pintutor.linux.include.linux.mm_types import Page

if TYPE_CHECKING:
    from pintutor.lab.lab import Lab


@command(
    "testing",
    mutates=False,
    examples=(
        "expect zero._refcount == 1 + 4 * 1024",
        "expect buf[0].pte.special and not buf[0].pte.write",
        "expect audit.clean",
    ),
    see=("fails", "warns"),
)
def expect(lab: Lab, expression: Annotated[Word, EXPRESSION]) -> Verdict:
    """Say whether an expression holds now; a script stops with an error if not."""
    parsed = Expression.parse(expression.text, expression.start)
    scope = LabScope(lab)
    holds = bool(parsed.evaluate(scope))
    operands = tuple((text, _shown(lab, value)) for text, value in parsed.operands(scope))
    return Verdict(expression.text.strip(), holds, operands)


@command(
    "testing",
    mutates=False,
    examples=("fails EFAULT: pin 0x1000", "fails SIGSEGV: read 0x0"),
    see=("expect", "warns"),
)
def fails(lab: Lab, error_and_command: Annotated[Word, FAILING]) -> Verdict:
    """Run a command that must fail with this error number or signal.

    What it does stays done; `undo` takes it back.
    """
    wanted, line = _split(error_and_command, "EFAULT: pin 0x1000")
    _require_error(wanted, error_and_command)
    try:
        result = lab.execute(line).result
        found = getattr(result, "error", "") or getattr(result, "signal", None) or "none"
    except CommandError as refusal:
        if not refusal.errno:
            raise
        found = refusal.errno
    holds = found.removeprefix("-") == wanted.upper().removeprefix("-")
    return Verdict(f"{line.strip()} fails with {wanted}", holds, (("error", found),))


@command(
    "testing",
    mutates=False,
    examples=("warns FOLL_GET: gup pin_user_pages_fast buf 1 FOLL_GET",),
    see=("expect", "fails"),
)
def warns(lab: Lab, text_and_command: Annotated[Word, WARNING]) -> Verdict:
    """Run a command that must make the kernel log a warning with this text.

    A site warns once a boot, as WARN_ON_ONCE does.
    """
    wanted, line = _split(text_and_command, "FOLL_GET: gup pin_user_pages_fast …")
    before = len(lab.kernel.log.lines)
    lab.execute(line)
    new = lab.kernel.log.lines[before:]
    holds = any(wanted in each for each in new)
    shown = "; ".join(new) or "none"
    return Verdict(f"{line.strip()} warns {wanted}", holds, (("warning", shown),))


def _require_error(wanted: str, raw: Word) -> None:
    """Refuse what is no error number and no signal (CommandError at the word)."""
    name = wanted.upper().removeprefix("-")
    known = (*errno.errorcode.values(), SIGBUS, SIGKILL, SIGSEGV)
    if name not in known:
        start = raw.start + raw.text.index(wanted)
        raise CommandError(
            f"`{printable(wanted[:40])}` is no error number and no signal"
            + did_you_mean(name, known),
            Span(start, start + len(wanted)),
            code="unknown-error",
            hint="EFAULT, ENOMEM, SIGSEGV and the like",
        )


def _split(raw: Word, example: str) -> tuple[str, str]:
    wanted, colon, line = raw.text.partition(":")
    if not colon or not line.strip():
        raise CommandError(
            "a colon and a command must follow what is expected",
            raw.span,
            code="missing-argument",
            hint=f"for one: {example}",
        )
    # The command keeps its columns, so that an error in it points into the whole line.
    return wanted.strip(), " " * (raw.start + len(wanted) + 1) + line


def _shown(lab: Lab, value: object) -> object:
    """A value as data; a thing, such as a range, has none and is only named."""
    if isinstance(value, Page):
        return lab.names.label(value)
    return to_json(value) if isinstance(value, PLAIN) else f"a {type(value).__name__}"
