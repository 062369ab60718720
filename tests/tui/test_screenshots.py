"""Pictures of the screen: what is in them, and that they load nothing."""

from __future__ import annotations

import importlib.util
import re
import xml.etree.ElementTree as ElementTree
from dataclasses import replace
from functools import cache
from pathlib import Path
from types import ModuleType

import pytest

from pintutor import cli, directories
from pintutor.cli.outside_arguments import THEMES
from pintutor.tui.screenshots import Shot, take
from pintutor.view.themes import ABOUT
from tests.tui.browsed import Tried, browse
from tests.tui.screens import desk

FOLDER = Path(__file__).parents[2] / "docs" / "screenshots"


def _maker() -> ModuleType:
    spec = importlib.util.spec_from_file_location("make", FOLDER / "make.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("theme", ["dark", "mono"])
def test_a_picture_is_the_same_each_time_and_loads_nothing(theme: str) -> None:
    shot = Shot(lines=("mmap buf 2",), keys=("escape", "b"), size=(80, 24), theme=theme)
    shown = take(shot)
    assert take(shot) == shown
    assert "▶" in shown.text and len(shown.text.splitlines()) == 24
    links = re.findall(r"https?://[^\s\"<]+|url\((?!#)[^)]*\)|@import", shown.svg)
    assert set(links) == {"http://www.w3.org/2000/svg", "https://www.textualize.io"}
    texts = ElementTree.fromstring(shown.svg).itertext()
    assert "mmap" in "".join(texts)


def test_a_picture_leaves_nothing_of_the_learner_behind(own_home: Path) -> None:
    take(Shot(lesson="zero-page", lines=("go",), size=(80, 24)))
    assert not [path for path in own_home.rglob("*") if path.is_file()]


def test_the_command_line_prints_a_picture_or_writes_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["screenshot", "--line", "patches old-dio-v4", "--size", "80x24"]
    assert cli.main(words) == 0
    assert "dio-pinning" in capsys.readouterr().out
    assert cli.main([*words, "-o", str(tmp_path / "a.svg")]) == 0
    assert (tmp_path / "a.svg").read_text().startswith("<svg")


@pytest.mark.parametrize(
    ("words", "told", "status"),
    [
        (["--line", "pni buf"], "no such command; did you mean `pin`?", 4),
        (["-o", "a.png"], "a.png is neither FILE.svg nor FILE.txt", 2),
        (["--size", "80"], "'80' is no size such as 120x40", 2),
        (["zero-pgae"], "did you mean `zero-page`?", 4),
    ],
)
def test_a_picture_that_cannot_be_taken_is_refused_in_words(
    words: list[str], told: str, status: int, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["screenshot", *words]) == status
    assert told in capsys.readouterr().err


def test_a_picture_can_have_any_theme() -> None:
    assert tuple(ABOUT) == THEMES


async def _press(pilot: Tried) -> None:
    await pilot.press("ctrl+s", "ctrl+s")


def test_a_key_writes_what_is_in_sight() -> None:
    browse(desk(), "glossary bias", then=_press)
    folder = directories.state() / "pictures"
    names = sorted(path.name for path in folder.iterdir())
    stems = ("picture-1", "picture-2")
    assert names == [f"{stem}{end}" for stem in stems for end in (".svg", ".txt")]
    assert "GUP_PIN_COUNTING_BIAS" in (folder / "picture-1.txt").read_text()


def test_every_picture_of_the_documents_has_its_shot() -> None:
    made = {path.stem for path in FOLDER.glob("*.svg")}
    assert made == set(_maker().SHOTS)


def test_a_picture_of_the_documents_can_be_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    maker = _maker()
    monkeypatch.setattr(maker, "HERE", tmp_path)
    maker.main(["letters"])
    assert "block-pin-v21" in (tmp_path / "letters.svg").read_text()


def _words(text: str) -> str:
    """A screen without blanks and rules, and without what any step more would change."""
    return re.sub(r"[\s\d\u00a0─━┄]+", "", text)


def _of_svg(path: Path) -> str:
    """What stands in a picture, without the name in the frame of its window."""
    root = ElementTree.fromstring(path.read_text("utf-8"))
    rows = [each for each in root.iter() if each.get("clip-path", "").count("-line-")]
    return _words("".join("".join(each.itertext()) for each in rows))


@cache
def _text(scene: Shot) -> str:
    return take(scene).text


@pytest.mark.parametrize("name", _maker().SHOTS)
def test_a_picture_of_the_documents_shows_what_its_scene_shows_now(name: str) -> None:
    told = f"`python docs/screenshots/make.py {name}` makes it anew"
    scene = replace(_maker().SHOTS[name], theme="dark")  # words have no colours
    assert _of_svg(FOLDER / f"{name}.svg") == _words(_text(scene)), told


def test_a_picture_that_cannot_be_written_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    target = tmp_path / "none" / "x.txt"
    assert cli.main(["screenshot", "-o", str(target)]) == 2
    assert f"{target}: cannot be written" in capsys.readouterr().err
