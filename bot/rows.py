"""What a command says of one thing: people read it in a table, programs as a JSON object."""

from collections.abc import Mapping
from typing import TypeAlias

Row: TypeAlias = Mapping[str, str | int]
