"""Any order of what can happen."""

from tests.battery.frame import Row

ROWS: tuple[Row, ...] = ()
