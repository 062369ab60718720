"""Outputs of the marking: one result, written in the forms that others read."""
