"""One upstream commit a file: the whole new bodies of the functions it changes."""
