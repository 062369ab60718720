"""Architecture code."""
