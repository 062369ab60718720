"""lib/: what all parts of the kernel use, such as iov_iter."""
