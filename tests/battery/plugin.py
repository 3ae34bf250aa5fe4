"""What the battery adds to pytest: more examples, and a planted defect.

It is loaded with `-p tests.battery.plugin` and told what to do by the environment. What the tests
did is counted by `tests.battery.counting`, here as everywhere.
"""

import os

import pytest
from hypothesis import Phase, settings

from tests.battery.counting import properties
from tests.battery.defects import DEFECTS

EXAMPLES, DEFECT = "ABOARD_BATTERY_EXAMPLES", "ABOARD_BATTERY_DEFECT"

_PHASES = (Phase.explicit, Phase.generate)
"""A defect needs to be found, and not to be found small."""


@pytest.hookimpl(trylast=True)
def pytest_configure() -> None:
    """Plant the defect, before any test is imported."""
    settings.register_profile("battery", settings(), phases=_PHASES, report_multiple_bugs=False)
    settings.load_profile("battery")
    defect = os.environ.get(DEFECT)
    if defect:
        DEFECTS[defect]()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Have every property tried as often as the row says."""
    examples = int(os.environ.get(EXAMPLES, "0"))
    for test in properties(items):
        asked = settings(test._hypothesis_internal_use_settings, phases=_PHASES)
        often = examples or asked.max_examples
        test._hypothesis_internal_use_settings = settings(asked, max_examples=often)
