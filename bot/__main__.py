"""``python -m bot`` is ``aboard``."""

from bot.cli import main

if __name__ == "__main__":
    main()
