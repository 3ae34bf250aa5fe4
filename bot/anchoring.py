"""What the bot does about anchors outside: has them written down, and tells where none arrives."""

from bot import audit_desk
from bot.crier import Crier
from bot.settings import Settings
from bot.work import Round
from workflow.clock import as_micros
from workflow.events import Bell
from workflow.unanchored import Sentry, Tell

STOPPED = (
    "Nothing is given at the moment: the audit trail cannot be written down outside the database. "
    "Requests are recorded, decisions count and removals are carried out; whatever gives an access "
    "waits. `aboard check` says what to mend, and then it goes on by itself."
)
GOES_ON = "Access is given again: what waited for the audit trail goes on by itself."


def grace(settings: Settings) -> int | None:
    """Return for how many microseconds access is given although no anchor arrives anywhere.

    None where the settings name no place for anchors: none is missing there.
    """
    section = settings.audit
    is_named = section.file is not None or section.channel is not None
    return as_micros(section.grace) if is_named else None


def telling(crier: Crier) -> Tell:
    """Return what tells people that nothing is given, and that it goes on."""

    async def tell(stopped: bool) -> bool:  # noqa: FBT001 - the one thing there is to tell
        return await crier.tell(STOPPED if stopped else GOES_ON)

    return tell


def rounds(settings: Settings, crier: Crier) -> list[Round]:
    """Return the loops that take anchors, and that look whether they arrive, in this order."""
    means = crier.means
    taking = audit_desk.anchoring(settings, means.database, crier.client, means.clock)
    sentry = Sentry(means, telling(crier))
    return [
        Round("anchor", Bell(), 60.0, taking.once, first=True),
        Round("unanchored", Bell(), 15.0, sentry.once, first=True),
    ]
