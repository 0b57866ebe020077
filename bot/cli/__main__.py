"""`python -m bot.cli` is `sokbo`, where the command is not installed."""

import sys

from bot.cli import main

if __name__ == "__main__":
    sys.exit(main())
