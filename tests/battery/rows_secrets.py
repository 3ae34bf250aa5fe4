"""Secrets: where they must not appear and where they must not go."""

from tests.battery.frame import Control, Row, Scale
from tests.integration.callers import CALLERS
from tests.integration.test_redirects import CODES, TARGETS
from tests.integration.test_status_surface import PLACES
from tests.integration.test_tls import BAD


def _canaries(story: str, count: int = 0) -> Scale:
    return Scale({"ABOARD_CANARIES": story}, examples=count)


def _hostile(count: int) -> Scale:
    return Scale({"ABOARD_HOSTILE": str(count)}, tried=count * len(PLACES))


def _urls(count: int) -> Scale:
    return Scale(examples=count, tried=_REDIRECTED + count)


_LOGS = ("tests/unit/bot/test_logs.py", "tests/unit/bot/test_settings_canaries.py")
_STORY = "tests/integration/test_no_secret_leaves.py"
_SURFACE = "tests/integration/test_status_surface.py"
_REDIRECTS = "tests/integration/test_redirects.py"
_FOLLOWED = f"{_REDIRECTS}::test_nobody_follows_a_redirect_anywhere"
_ADDRESSES = "tests/unit/vendors/test_addresses.py"
_LEADS = f"{_ADDRESSES}::test_an_accepted_address_leads_where_it_says_and_nowhere_unfit"
_TLS = "tests/integration/test_tls.py"
_REFUSED = f"{_TLS}::test_a_bad_certificate_is_refused_and_nothing_is_sent"
_REDIRECTED = len(CALLERS) * len(CODES) * len(TARGETS)

ROWS: tuple[Row, ...] = (
    Row(
        "SEC-08",
        "Every credential a canary, a whole story at debug level: log, database, Slack, files, "
        "commands, metrics, /proc; what is said of settings",
        "0 hits in any form, each line one JSON object",
        (*_LOGS, _STORY),
        (
            Control("the log masks nothing", _LOGS[:1]),
            Control("a refusal is quoted whole", (_STORY,), scale=_canaries("story")),
        ),
        _canaries("story", 200),
        _canaries("whole", 2_000),
    ),
    Row(
        "SEC-09",
        "Redirects that answer five vendors, Slack and GitHub; base addresses of every make",
        "0 followed, 0 bytes at the trap, 0 addresses that lead elsewhere",
        (_REDIRECTS, _ADDRESSES),
        (
            Control("redirects are followed", (_FOLLOWED,)),
            Control("Slack's redirects are followed", (_FOLLOWED,)),
            Control("any host is a name", (_LEADS,), scale=Scale(examples=200)),
            Control(
                "a client that follows carries its key into each of the traps",
                (f"{_REDIRECTS}::test_a_client_that_follows_carries_a_key_into_every_trap",),
                shows=True,
            ),
        ),
        _urls(200),
        _urls(5_000),
    ),
    Row(
        "SEC-10",
        "Wrong host, expired, unknown authority and TLS 1.1, towards everybody who is called",
        "all refused and nothing sent, a good certificate taken",
        (_TLS,),
        (Control("certificates are not checked", (_REFUSED,)),),
        Scale(tried=len(BAD) * len(CALLERS)),
        Scale(tried=len(BAD) * len(CALLERS)),
    ),
    Row(
        "API-01",
        "Hostile requests to /healthz, /readyz, /metrics and elsewhere, over the wire",
        "0 answered 5xx, 0 versions and details told",
        (_SURFACE,),
        (
            Control("health trips over a query", (_SURFACE,), scale=_hostile(80)),
            Control("readiness tells too much", (_SURFACE,), scale=_hostile(16)),
        ),
        _hostile(80),
        _hostile(500),
    ),
)
