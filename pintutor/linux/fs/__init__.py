"""fs: files, and a file system that has a disk."""
