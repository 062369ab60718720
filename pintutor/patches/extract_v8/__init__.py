"""David Howells: iov_iter: Improve page extraction (pin or just list) (v8)."""
