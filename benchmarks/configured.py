"""What an Aboard that is measured is configured with; needs no more than what it is tested with."""

from types import MappingProxyType

from benchmarks.payloads import CHANNEL, SECRET, TOKEN, member
from sandbox.tenancies import TENANCIES

AS_INSTALLED = MappingProxyType({"MALLOC_ARENA_MAX": "1", "MALLOC_MMAP_THRESHOLD_": "65536"})
"""What the image and the unit of systemd set besides, wherever Aboard runs as it is installed."""

CONFIGURATION = f"""\
[slack]
channel = "{CHANNEL}"

[approval]
approvers = ["{member(1)}"]

[vendors.axiom]
base_url = "{{town}}/axiom"

[profiles.engineer]
axiom = {{{{ role = "user" }}}}
"""


def by_one_person(configuration: str) -> str:
    """Return settings under which one person may ask for everybody, as who measures does."""
    most = "pending_at_most = 1_000_000\nasks_an_hour = 1_000_000\n"
    before, people, after = configuration.partition("[people]\n")
    return f"{before}[people]\n{most}{after}" if people else f"{configuration}\n[people]\n{most}"


def environment(town: str) -> dict[str, str]:
    """Return the environment of an Aboard that lives in this town."""
    return {
        "SLACK_BOT_TOKEN": TOKEN,
        "SLACK_SIGNING_SECRET": SECRET,
        "SLACK_API_URL": f"{town}/slack/api/",
        **TENANCIES["axiom"].secrets,
        **AS_INSTALLED,
    }
