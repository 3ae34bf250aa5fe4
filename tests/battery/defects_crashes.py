"""Planted defects: processes that are killed at any moment."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

DEFECTS: Mapping[str, Callable[[], None]] = MappingProxyType({})
