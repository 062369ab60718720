"""fs/nfs: direct I/O of files on another machine."""
