"""Where the lessons and the scenarios lie."""

from pathlib import Path

LESSONS = "lessons"
SCENARIOS = "scenarios"


def folder(name: str) -> Path:
    """The folder of that name: inside an installed package, else atop the checkout."""
    package = Path(__file__).resolve().parent.parent
    inside = package / "content" / "data" / name
    return inside if inside.is_dir() else package.parent / name
