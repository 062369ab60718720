"""An interactive tutor for how the Linux kernel pins user memory for I/O."""

__version__ = "0.1.0"
