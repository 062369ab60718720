"""What changed between releases for other reasons than the letters."""
