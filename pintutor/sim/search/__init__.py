"""Strategies that choose which CPU goes on, over and over, until all is seen."""
