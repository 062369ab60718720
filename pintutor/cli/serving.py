"""The full screen in a browser on the same machine: `pintutor serve`.

It listens on 127.0.0.1 alone, and answers only pages that it served itself: any page in
the browser may open a connection to this machine, so where one comes from is looked at.
Scripts and fonts are those that lie beside the library, so it works without a network.

Not done: more than this machine, and users that are told apart.
"""

from __future__ import annotations

import os
import shlex
import socket
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path

import aiohttp_jinja2
from aiohttp import web
from textual_serve.server import Server

from pintutor.cli.envelope import USAGE, Problem

HOST = "127.0.0.1"
PAGE = "serving.html"
FONT_SIZE = 16
"""Of the terminal in the page, if its address does not say `?fontsize=` [pixels]."""
POLICY = (
    "default-src 'none'; script-src 'self' 'unsafe-inline'; "
    "style-src 'self' 'unsafe-inline'; font-src 'self'; img-src 'self' data:; "
    "connect-src 'self' ws://{host}; base-uri 'none'; form-action 'none'"
)
"""What the page may load: nothing from anywhere else."""

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Tutors(Server):
    """A server that starts a tutor for each page that is open."""

    async def _make_app(self) -> web.Application:
        app = await super()._make_app()
        app.middlewares.append(_only_from_here)
        return app

    async def on_startup(self, app: web.Application) -> None:
        """Say nothing: where it listens has been said."""

    async def handle_index(self, request: web.Request) -> web.StreamResponse:
        """The page, with the addresses that it was asked for under."""
        size = request.query.get("fontsize", "")
        context = {
            "font_size": int(size) if size.isdecimal() else FONT_SIZE,
            "socket": f"ws://{request.host}/ws",
        }
        answer = aiohttp_jinja2.render_template(PAGE, request, context)
        answer.headers["Content-Security-Policy"] = POLICY.format(host=request.host)
        return answer


@web.middleware
async def _only_from_here(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Refuse what was not asked of this machine by name, or by a page of another."""
    port = request.url.port
    here = {f"{name}:{port}" for name in (HOST, "localhost")}
    origin = request.headers.get("Origin", f"http://{request.host}")
    if request.host not in here or origin != f"http://{request.host}":
        raise web.HTTPForbidden(text="pintutor answers only pages of its own\n")
    return await handler(request)


def serve(lesson: str | None, port: int) -> int:
    """Serve until Ctrl+C; returns the exit code.

    Errors: Problem when the port is taken.
    """
    words = [sys.executable, "-m", "pintutor", "tui", *([lesson] if lesson else [])]
    os.environ["PYTHONUTF8"] = "1"  # a pipe tells a tutor nothing of its encoding
    try:
        listening = socket.create_server((HOST, port))
    except OSError as error:
        raise Problem(
            f"port {port} cannot be had: {error.strerror}",
            code="no-port",
            status=USAGE,
            hint="`pintutor serve --port 0` takes any that is free",
        ) from None
    with listening:
        told = f"http://{HOST}:{listening.getsockname()[1]}/"
        print(f"pintutor is at {told}   Ctrl+C ends it", flush=True)
        server = Tutors(
            shlex.join(words), title="pintutor", templates_path=Path(__file__).parent
        )
        web.run_app(server._make_app(), sock=listening, print=None)
    return 0
