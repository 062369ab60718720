"""The panes of the lesson screen: pure functions of a moment, a width and a height."""

from pintutor.view.panes.lesson import lesson_rows, question_open, welcome_rows
from pintutor.view.panes.moment import Hit, Moment, Pane, moment
from pintutor.view.panes.pages import page_rows, shown_pages
from pintutor.view.panes.source import FACES, source_rows
from pintutor.view.panes.tables import page_table_rows
from pintutor.view.panes.timeline import timeline_rows
from pintutor.view.panes.told import status_row, told_rows
from pintutor.view.panes.vmstat import vmstat_rows

__all__ = [
    "FACES",
    "Hit",
    "Moment",
    "Pane",
    "lesson_rows",
    "moment",
    "page_rows",
    "page_table_rows",
    "question_open",
    "shown_pages",
    "source_rows",
    "status_row",
    "timeline_rows",
    "told_rows",
    "vmstat_rows",
    "welcome_rows",
]
