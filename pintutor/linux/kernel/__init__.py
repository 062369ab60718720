"""kernel: making and ending tasks."""
