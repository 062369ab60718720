"""include/uapi: what user space sees, such as error numbers."""
