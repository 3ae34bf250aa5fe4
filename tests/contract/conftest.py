"""The promises about the products may leave this machine; they run only when asked for."""

import pytest


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.get_closest_marker("live"):
            item.add_marker("enable_socket")
