"""Secrets: where they must not appear and where they must not go."""

from functools import partial

from tests.battery.advisories import unreachable
from tests.battery.frame import Control, Row, Scale
from tests.battery.needs import no_ast_grep, no_package
from tests.integration.callers import CALLERS
from tests.integration.test_redirects import CODES, TARGETS
from tests.integration.test_status_surface import PLACES
from tests.integration.test_tls import BAD


def no_advisories() -> str | None:
    """Say why known weaknesses cannot be looked up, or nothing."""
    return no_package("pip_audit") or unreachable()


def _canaries(story: str, count: int = 0, *skips: str) -> Scale:
    return Scale({"ABOARD_CANARIES": story}, examples=count, skips=skips)


def _hostile(count: int) -> Scale:
    return Scale({"ABOARD_HOSTILE_REQUESTS": str(count)}, tried=count * len(PLACES))


def _urls(count: int) -> Scale:
    return Scale(examples=count, tried=_REDIRECTED + count)


_LOGS = ("tests/unit/bot/test_logs.py", "tests/unit/bot/test_settings_canaries.py")
_STORY = "tests/integration/test_no_secret_leaves.py"
_WIRE = "tests/integration/test_wire.py"
_DRIPS = f"{_WIRE}::test_what_leads_to_no_request_is_waited_for_no_longer"
_PLAIN = "tests/integration/test_plain_http.py"
_READ = f"{_PLAIN}::test_what_two_servers_could_read_differently_is_refused[no-host]"
_SURFACE = "tests/integration/test_status_surface.py"
_HOSTILE = f"{_SURFACE}::test_no_hostile_request_meets_an_error_or_learns_anything"
_STATIC = "tests/battery/test_static.py"
_HOUSE = "tests/battery/test_house_rules.py"
_SUPPLY = "tests/battery/test_supply.py"
_LOCKS = "tests/architecture/test_locks.py"
_DEPLOYMENT = "tests/architecture/test_deployment.py"
_SYSTEMD = f"{_DEPLOYMENT}::test_systemd_finds_the_unit_right_and_closed"
_ADVISORIES = "tests/battery/advisories.py"
TOOLS = ("ruff", "bandit", "detect_secrets")
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
            Control(
                "the log masks nothing",
                _LOGS[:1],
                word="s3cr3t",
            ),
            Control(
                "a refusal is quoted whole",
                (_STORY,),
                scale=_canaries("story"),
                word="places.hits",
            ),
        ),
        _canaries("story", 200, f"{_STORY}::test_nor_on_postgresql_whose_password_is_one_more"),
        _canaries("whole", 2_000),
    ),
    Row(
        "SEC-09",
        "Redirects that answer five vendors, Slack and GitHub; base addresses of every make",
        "0 followed, 0 bytes at the trap, 0 addresses that lead elsewhere",
        (_REDIRECTS, _ADDRESSES),
        (
            Control(
                "redirects are followed",
                (_FOLLOWED,),
                word="another host",
            ),
            Control(
                "Slack's redirects are followed",
                (_FOLLOWED,),
                word="SlackApiError",
            ),
            Control(
                "any host is a name",
                (_LEADS,),
                scale=Scale(examples=200),
                word="is None or",
            ),
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
        (
            Control(
                "certificates are not checked",
                (_REFUSED,),
                word="ForbiddenError",
            ),
        ),
        Scale(tried=len(BAD) * len(CALLERS)),
        Scale(tried=len(BAD) * len(CALLERS)),
    ),
    Row(
        "API-01",
        "Hostile requests to /healthz, /readyz, /metrics and elsewhere, over the wire; heads, "
        "trailers and queues without an end; and what two servers read differently",
        "0 answered 5xx, 0 versions and details told, 0 kept or waited for without an end, "
        "0 read that another server reads differently",
        (_SURFACE, _WIRE, _PLAIN),
        (
            Control(
                "a head is never too large",
                (f"{_WIRE}::test_a_head_that_comes_at_once_is_no_larger_either",),
                word="HTTP/1.1 400 ",
            ),
            Control("everybody is waited for", (_DRIPS,), word="at_eof()"),
            Control("any form of a request is read", (_READ,), word="HTTP/1.1 400 "),
            Control(
                "health trips over a query",
                (f"{_HOSTILE}[/healthz]",),
                scale=_hostile(80),
                word="max(heard.by_status) < 500",
            ),
            Control(
                "readiness tells too much",
                (f"{_HOSTILE}[/readyz]",),
                scale=_hostile(80),
                word="one.casefold() in said",
            ),
        ),
        _hostile(80),
        _hostile(500),
    ),
    Row(
        "SEC-11",
        "All of the code and every file, by ruff's families S, ASYNC, BLE, DTZ, LOG and G, by "
        "bandit, by detect-secrets with forms of its own, by ast-grep with ten rules of this house",
        "0 found, but at least 11 of 12 planted defects",
        (
            f"{_STATIC}::test_ruff_finds_nothing_unsafe",
            f"{_STATIC}::test_bandit_finds_nothing_of_medium_severity_or_more",
            f"{_STATIC}::test_no_file_holds_anything_like_a_secret",
            f"{_HOUSE}::test_the_code_keeps_every_rule",
        ),
        (
            Control(
                "twelve defects are planted",
                (
                    f"{_STATIC}::test_planted_defects_are_found",
                    f"{_STATIC}::test_an_axiom_token_is_found_by_its_form_alone",
                ),
                shows=True,
            ),
            Control(
                "code that breaks a rule of this house is found, each of the ten",
                (
                    f"{_HOUSE}::test_every_way_of_breaking_a_rule_is_found",
                    f"{_HOUSE}::test_every_rule_has_a_way_of_breaking_it",
                ),
                shows=True,
            ),
        ),
        Scale(tried=len(TOOLS) + 1),
        Scale(tried=len(TOOLS) + 1),
        lambda: no_package(*TOOLS) or no_ast_grep(),
        less="the goal is semgrep; ast-grep has the rules here.",
    ),
    Row(
        "SUP-01",
        "Every lock against pyproject.toml and what is installed, the list of parts, the image",
        "all pinned by hash, nothing missing, the list valid and whole, nobody's rights",
        (_SUPPLY, _LOCKS, _DEPLOYMENT),
        (
            Control(
                "a package with another hash is refused",
                (
                    f"{_SUPPLY}::test_a_package_with_another_hash_is_not_installed",
                    f"{_SUPPLY}::test_a_list_that_is_wrong_is_not_valid",
                ),
                shows=True,
            ),
        ),
        Scale(skips=(_SYSTEMD,)),
        Scale(skips=(_SYSTEMD,)),
        partial(no_package, "cyclonedx_py"),
    ),
    Row(
        "SUP-02",
        "Known weaknesses of everything that is pinned",
        "0 known, every package looked up",
        (f"{_ADVISORIES}::test_nothing_that_is_pinned_has_a_known_weakness",),
        (
            Control(
                "a version with a known weakness is found",
                (f"{_ADVISORIES}::test_a_version_with_a_known_weakness_is_found",),
                shows=True,
            ),
        ),
        Scale(),
        Scale(),
        no_advisories,
    ),
)
