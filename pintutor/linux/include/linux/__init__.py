"""include/linux: structures, constants and predicates."""
