"""The documents say what the code says."""

from pathlib import Path

from pintutor.lab.reference import markdown

ROOT = Path(__file__).resolve().parent.parent


def test_the_command_reference_is_what_the_declarations_say() -> None:
    written = (ROOT / "docs" / "commands.md").read_text(encoding="utf-8")
    assert written == markdown(), "run: python -m pintutor.lab.reference > docs/commands.md"


def test_every_folder_of_the_package_is_a_room_in_the_architecture() -> None:
    text = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
    rooms = {path.parent.name for path in (ROOT / "pintutor").glob("*/__init__.py")}
    assert not {room for room in rooms if f"`{room}/`" not in text}


def test_the_readme_names_both_commands() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    assert "\npython3 bootstrap.py\n" in text
    assert "\npython3 bootstrap.py test\n" in text
