"""Headers of the model: structures, constants and predicates."""
