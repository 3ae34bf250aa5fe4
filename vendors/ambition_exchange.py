"""Whoever comes and whoever leaves, asked for alike, one at a time, after a refusal of all.

https://help.ambition.com/hc/en-us/articles/360005011731 (read 2026-11): "You can create and
deactivate users with a single request."
"""

from dataclasses import dataclass
from typing import ClassVar

from vendors.ambition_access import AmbitionAccess, Deactivation, Wanted
from vendors.ambition_api import NAME
from vendors.contract import Account, Outcome, Person, Vendor


@dataclass(frozen=True, slots=True)
class Exchange:
    """Ambition, as it gives or takes by what is wanted for somebody."""

    name: ClassVar[str] = NAME
    vendor: Vendor[AmbitionAccess]

    async def provision(self, person: Person, access: Wanted, found: Account | None) -> Outcome:
        """Give what is wanted, or deactivate; ``found`` is what ``find`` said just now."""
        if isinstance(access, Deactivation):
            return await self.vendor.deprovision(person, found)
        return await self.vendor.provision(person, access, found)
