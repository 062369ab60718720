"""Pace: keys that come faster than the screen is painted wait for it now and then.

Textual paints a screen when no message waits for it. While a key is held down, or a
burst of keys is worked off, there is always one.
"""

from __future__ import annotations

import asyncio
import time
from contextlib import suppress
from typing import Any

from textual.app import App

FRAME = 0.05
"""Between two paintings while keys are waiting; nor is any waited for longer [seconds]."""


class Pace:
    """When the screen was painted last, as far as keys waited for it."""

    def __init__(self) -> None:
        self._painted = 0.0

    async def keep(self, app: App[Any]) -> None:
        """Let what earlier keys did be painted, if others wait and it is time."""
        if not app.message_queue_size or time.monotonic() - self._painted < FRAME:
            return
        painted = asyncio.Event()
        app.screen.call_after_refresh(painted.set)
        with suppress(TimeoutError):
            await asyncio.wait_for(painted.wait(), FRAME)
        self._painted = time.monotonic()
