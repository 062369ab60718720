"""What changed from release to release for other reasons than the five letters."""
