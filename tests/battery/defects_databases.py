"""Planted defects: the database, its migrations and its copies."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

DEFECTS: Mapping[str, Callable[[], None]] = MappingProxyType({})
