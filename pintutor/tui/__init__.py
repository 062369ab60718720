"""The full-screen front end, on Textual."""

import os

# Textual reads this when it is imported; its default paints at most 60 times a second,
# which a key held down to step would outrun.
os.environ.setdefault("TEXTUAL_FPS", "120")
