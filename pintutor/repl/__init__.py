"""The conversation: one line, one command, at a prompt, through a pipe, or from a file."""
