"""How fast pintutor is, as ratios within one run, each with its goal."""
