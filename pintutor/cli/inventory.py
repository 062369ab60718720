"""`pintutor patches` and `pintutor kernels`: what there is to choose from."""

from __future__ import annotations

from pintutor.cli.envelope import Reply
from pintutor.content.errors import NoSuchContent
from pintutor.lab.errors import did_you_mean, printable
from pintutor.lab.patch_list import about, data, listed
from pintutor.lab.releases import TOPS
from pintutor.patches import series
from pintutor.patches.patch import Patch


def patches(wanted: str = "") -> Reply:
    """List the patches in their order (NoSuchContent).

    `wanted` is a patch, a series, a release or words, as `patches` at the prompt takes
    them; of one patch it is told what it needs and changes.
    """
    held = listed(wanted)
    if not held:
        hint = "`pintutor patches` lists them all"
        meant = did_you_mean(wanted, TOPS)
        raise NoSuchContent(f"no patch has `{printable(wanted[:40])}`{meant}", hint=hint)
    width = max(len(each.name) for each in held)
    lines = [
        f"{each.name:{width}}  {each.release or '-':6}  {each.subject}" for each in held
    ]
    if wanted in series.BY_NAME:
        lines += [f"  {word}: {text}" for word, text in about(held[0])]
    return Reply([data(each) for each in held], lines)


def kernels() -> Reply:
    """List the kernels: releases, and the series that one may have on top."""
    lines = []
    for name, held in series.RELEASES.items():
        note = "   where a session starts" if name == series.DEFAULT else ""
        lines.append(f"{name:6}  {_counted(held)} over {series.BASE}{note}")
    width = max(map(len, series.SERIES), default=0)
    lines += ["", "series as they were posted, to be added as in v6.2+extract-v8:"]
    lines += [f"{name:{width}}  {_counted(held)}" for name, held in series.SERIES.items()]
    known = [_kernel(*each, "release") for each in series.RELEASES.items()]
    known += [_kernel(*each, "series") for each in series.SERIES.items()]
    return Reply(known, lines)


def _kernel(name: str, patches: tuple[Patch, ...], kind: str) -> dict[str, object]:
    names = [patch.name for patch in patches]
    is_default = name == series.DEFAULT
    return {"name": name, "kind": kind, "default": is_default, "patches": names}


def _counted(patches: tuple[Patch, ...]) -> str:
    return f"{len(patches)} patch" + ("" if len(patches) == 1 else "es")
