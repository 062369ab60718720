"""`python -m pintutor`, the same as `pintutor`."""

import sys

from pintutor.cli import main

if __name__ == "__main__":
    sys.exit(main())
