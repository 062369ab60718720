"""Recording: lessons and scripts played by themselves, and written as casts and pages."""
