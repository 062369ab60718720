"""Classroom: what learners hand in, how it is graded, and what a teacher gets of it."""
