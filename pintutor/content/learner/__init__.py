"""Learner: what is kept of a learner, gone on with, asked again, reported."""
