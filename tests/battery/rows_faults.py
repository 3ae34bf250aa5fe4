"""Vendors and a Slack that fail."""

from tests.battery.frame import Row

ROWS: tuple[Row, ...] = ()
