"""Machinery that knows nothing of Linux: journal, objects, functions, recorder."""
