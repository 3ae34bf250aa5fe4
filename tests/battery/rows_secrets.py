"""Secrets: where they must not appear and where they must not go."""

from tests.battery.frame import Control, Row, Scale

_LOGS = ("tests/unit/bot/test_logs.py", "tests/unit/bot/test_settings_canaries.py")
_REDIRECT = "tests/unit/vendors/test_client_answers.py::test_a_redirect_is_not_followed"

ROWS: tuple[Row, ...] = (
    Row(
        "SEC-08",
        "Secrets in whatever is logged, and in what is said of settings",
        "0 hits, each line one JSON object",
        _LOGS,
        (Control("the log masks nothing", _LOGS[:1]),),
        Scale(examples=200),
        Scale(examples=5_000),
    ),
    Row(
        "SEC-09",
        "Vendors that redirect a call elsewhere",
        "0 followed, 0 bytes at the trap",
        (_REDIRECT,),
        (Control("redirects are followed", (_REDIRECT,)),),
        Scale(),
        Scale(),
    ),
)
