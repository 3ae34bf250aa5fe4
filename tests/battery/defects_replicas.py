"""Planted defects: several processes on one database."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

DEFECTS: Mapping[str, Callable[[], None]] = MappingProxyType({})
