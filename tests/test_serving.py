"""`pintutor serve`: the full screen in a browser, on this machine and for it alone."""

from __future__ import annotations

import re
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from pintutor import cli
from tests.browser import NEEDS_CHROMIUM, Browser
from tests.terminal import Terminal, script


@pytest.fixture(name="address")
def _address() -> Iterator[str]:
    """Where a server listens that runs as long as the test."""
    with Terminal([script("pintutor"), "serve", "--port", "0"], columns=100) as terminal:
        found = terminal.wait_for(r"http://127\.0\.0\.1:\d+/")
        yield found[0]
        terminal.send("\x03")
        terminal.wait_end()


def _status(address: str, headers: Mapping[str, str]) -> int:
    request = urllib.request.Request(address, headers=dict(headers))
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code


def test_only_pages_of_its_own_are_answered(address: str) -> None:
    assert _status(address, {}) == 200
    assert _status(address, {"Host": "elsewhere.example"}) == 403
    assert _status(f"{address}ws", {"Origin": "http://elsewhere.example"}) == 403


def test_the_page_asks_for_nothing_from_elsewhere(address: str) -> None:
    with urllib.request.urlopen(address, timeout=10) as answer:
        page = answer.read().decode()
        policy = answer.headers["Content-Security-Policy"]
    named = re.findall(r"(?:https?|wss?)://([^/\"' ;]+)", page + policy)
    assert set(named) == {urlsplit(address).netloc}


@NEEDS_CHROMIUM
def test_a_browser_shows_the_welcome_and_a_key_changes_it(address: str) -> None:
    with Browser() as browser:
        browser.open(address)
        assert browser.received(b"welcome"), browser.frames[-500:]
        before = browser.image()
        browser.run("document.querySelector('textarea').focus()")
        browser.type("audit\n")
        assert browser.received(b"every count has"), browser.frames[-500:]
        assert browser.image() != before
        assert "-first-byte" in browser.run("return document.body.className")
        browser.look()
        hosts = {urlsplit(url).netloc for url in browser.asked}
        assert hosts == {urlsplit(address).netloc}


def test_a_port_that_is_taken_is_refused_in_words(
    address: str, capsys: pytest.CaptureFixture[str]
) -> None:
    port = urlsplit(address).port
    assert cli.main(["serve", "--port", str(port)]) == 2
    assert f"port {port} cannot be had" in capsys.readouterr().err


def test_without_the_extra_it_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "textual_serve", None)
    monkeypatch.setitem(sys.modules, "textual_serve.server", None)
    monkeypatch.delitem(sys.modules, "pintutor.cli.serving", raising=False)
    assert cli.main(["serve"]) == 2
    assert 'pip install "pintutor[web]"' in capsys.readouterr().err


def test_the_page_ships_with_the_package() -> None:
    assert (Path(cli.__file__).parent / "serving.html").exists()
