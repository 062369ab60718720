"""A headless Chromium for tests, driven by chromedriver over HTTP.

with Browser() as browser:
    browser.open("http://127.0.0.1:8421/")
    browser.type("audit\\n")
    assert browser.received(b"clean")
"""

from __future__ import annotations

import base64
import json
import re
import shutil
import subprocess
import tempfile
import time
import urllib.request
from types import TracebackType
from typing import Any

import pytest

DRIVER = shutil.which("chromedriver")
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
NEEDS_CHROMIUM = pytest.mark.skipif(
    DRIVER is None or CHROMIUM is None,
    reason="no Chromium with chromedriver here: apt-get install chromium chromium-driver",
)
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--window-size=1200,800",
)
PATIENCE = 30.0
"""How long a test waits for something that should come [s]."""


class Browser:
    """One window, what it asked the network for, and what came over its sockets."""

    def __init__(self) -> None:
        assert DRIVER is not None
        self._folder = tempfile.TemporaryDirectory(prefix="pintutor-chromium-")
        self._driver = subprocess.Popen(
            [DRIVER, "--port=0"],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self.asked: list[str] = []
        """The addresses of all that was asked for of any host."""
        self.frames = b""
        """All that came over web sockets."""
        self._session = ""
        self._base = f"http://127.0.0.1:{self._port()}"

    def __enter__(self) -> Browser:
        options = {"binary": CHROMIUM, "args": [*FLAGS, f"--user-data-dir={self._profile}"]}
        wanted = {
            "goog:chromeOptions": options,
            "goog:loggingPrefs": {"performance": "ALL"},
        }
        made = self._call("POST", "", {"capabilities": {"alwaysMatch": wanted}})
        self._session = f"/{made['sessionId']}"
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        try:
            if self._session:
                self._call("DELETE", "")
        finally:
            self._driver.terminate()
            self._driver.communicate(timeout=PATIENCE)
            self._folder.cleanup()

    @property
    def _profile(self) -> str:
        return f"{self._folder.name}/profile"

    def _port(self) -> int:
        assert self._driver.stdout is not None
        for line in self._driver.stdout:
            found = re.search(r"successfully on port (\d+)", line)
            if found:
                return int(found[1])
        raise AssertionError("chromedriver did not start")

    def _call(self, method: str, path: str, body: object = None) -> Any:
        data = None if body is None else json.dumps(body).encode()
        url = f"{self._base}/session{self._session}{path}"
        request = urllib.request.Request(url, data=data, method=method)
        with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
            return json.load(answer)["value"]

    def open(self, url: str) -> None:
        """Go to a page and wait until it is loaded."""
        self._call("POST", "/url", {"url": url})

    def type(self, text: str) -> None:
        """Press keys, one for each character; \\n is Enter."""
        keys = ["\ue007" if key == "\n" else key for key in text]
        presses = [
            {"type": way, "value": key} for key in keys for way in ("keyDown", "keyUp")
        ]
        actions = [{"type": "key", "id": "keyboard", "actions": presses}]
        self._call("POST", "/actions", {"actions": actions})

    def run(self, script: str) -> Any:
        """What a script in the page returns."""
        return self._call("POST", "/execute/sync", {"script": script, "args": []})

    def image(self) -> bytes:
        """The window as a PNG."""
        return base64.b64decode(self._call("GET", "/screenshot"))

    def received(self, wanted: bytes) -> bool:
        """Wait until this has come over a web socket; False when it does not."""
        limit = time.monotonic() + PATIENCE
        while wanted not in self.frames and time.monotonic() < limit:
            self.look()
            time.sleep(0.1)
        return wanted in self.frames

    def look(self) -> None:
        """Take in what happened on the network since this was asked last."""
        for entry in self._call("POST", "/se/log", {"type": "performance"}):
            event = json.loads(entry["message"])["message"]
            found = event["params"]
            if event["method"] == "Network.requestWillBeSent":
                self._ask(found["request"]["url"])
            elif event["method"] == "Network.webSocketCreated":
                self._ask(found["url"])
            elif event["method"] == "Network.webSocketFrameReceived":
                self.frames += _payload(found["response"])

    def _ask(self, url: str) -> None:
        if url.startswith(("http", "ws", "ftp")):  # the browser's own are chrome://
            self.asked.append(url)


def _payload(frame: dict[str, Any]) -> bytes:
    text = str(frame["payloadData"])
    return text.encode() if frame["opcode"] == 1 else base64.b64decode(text)
