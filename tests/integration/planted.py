"""`python -m tests.integration.planted DEFECT COMMAND…`: `aboard` with a defect of the battery."""

import sys

from bot.cli import app
from tests.battery.defects import DEFECTS

if __name__ == "__main__":
    _, defect, *command = sys.argv
    DEFECTS[defect]()
    app(command)
