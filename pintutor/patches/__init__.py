"""One upstream commit a file: whole new bodies of what it changes."""
