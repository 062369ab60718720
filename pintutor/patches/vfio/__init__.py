"""vfio's zero-page leak: the workaround, and its end."""
