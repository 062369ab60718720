"""Measurements say what commands come to."""

from tests.unrecorded import recorded, unrecorded  # noqa: F401  (are fixtures)
