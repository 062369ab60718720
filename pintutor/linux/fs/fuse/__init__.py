"""fs/fuse: direct I/O of files that a program serves."""
