"""Planted defects: vendors and a Slack that fail."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

DEFECTS: Mapping[str, Callable[[], None]] = MappingProxyType({})
