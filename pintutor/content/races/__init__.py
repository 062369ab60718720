"""Races: exploring what CPUs can come to, the witness, walking through it by hand."""
