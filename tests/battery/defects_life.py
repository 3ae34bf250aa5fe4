"""Planted defects: any order of what can happen."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

DEFECTS: Mapping[str, Callable[[], None]] = MappingProxyType({})
