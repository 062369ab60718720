"""A learner's machine: the command language, the history, the names and the books."""
