"""`python -m poe_tui`."""

import sys

from poe_tui.cli import main

if __name__ == "__main__":
    sys.exit(main())
