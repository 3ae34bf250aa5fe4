"""Small changes of the code that a test has to notice."""

from tests.battery.frame import Row

ROWS: tuple[Row, ...] = ()
