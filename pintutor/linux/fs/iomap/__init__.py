"""fs/iomap: I/O over what a file system says that a range of a file is."""
