"""Logs: one JSON object a line whatever is logged, and nothing in it that must not be read."""

import base64
import io
import json
import logging
import sys
import threading
from typing import Any, NoReturn
from urllib.parse import quote

import pytest
import structlog
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from bot import logs
from tests.canaries import found

pytestmark = pytest.mark.usefixtures("logging_as_before")

SECRET = "s3cr3t/with+signs&more"
HOSTILE = '\r\n{"level": "forged"}\n\x1b[31mred\x1b[0m\x00\u2028\u2029\u202e\ud800\\'
REUSED = settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])


class Log:
    """What was written since logging was configured."""

    def __init__(self, *secrets: str) -> None:
        self._stream = io.StringIO()
        logs.configure(secrets, self._stream)
        self.ours = structlog.get_logger("tests")

    @property
    def text(self) -> str:
        return self._stream.getvalue()

    def lines(self) -> list[dict[str, Any]]:
        """Return every line as the object that it must be."""
        lines = self.text.split("\n")
        assert lines.pop() == "", "the last line has ended"
        read = [json.loads(line) for line in lines]
        assert all(isinstance(one, dict) for one in read)
        return read


def raised(text: str) -> ValueError:
    """Return an error that was raised, with its traceback."""
    try:
        fail(ValueError(text))
    except ValueError as error:
        return error


def fail(error: Exception) -> NoReturn:
    """Raise ``error``."""
    raise error


@REUSED
@given(st.text() | st.just(HOSTILE), st.text(), st.sampled_from(["event", "value", "error", "key"]))
@example(HOSTILE, HOSTILE, "value")
def test_each_event_is_one_json_object_on_one_line(text: str, other: str, where: str) -> None:
    log = Log(SECRET)
    if where == "event":
        log.ours.info(text, other=other)
    elif where == "value":
        log.ours.info("said", text=text, nested={"list": [other, {"deep": text}]})
    elif where == "error":
        log.ours.error("failed", exc_info=raised(text))
    else:
        log.ours.info("said", **{f"k{text}": other})
    (line,) = log.lines()
    assert {"event", "level", "timestamp"} <= line.keys()
    assert line["level"] in {"info", "error"}


@REUSED
@given(st.text(max_size=40) | st.just(HOSTILE))
def test_a_library_cannot_break_a_line_either(text: str) -> None:
    log = Log()
    logging.getLogger("somebody.else").warning("%s", text)
    logging.getLogger("uvicorn.error").error("it said %s", text, exc_info=raised(text))
    assert [line["level"] for line in log.lines()] == ["warning", "error"]


def test_control_signs_reach_no_terminal() -> None:
    log = Log()
    log.ours.info(HOSTILE)
    assert not set(log.text.rstrip("\n")) & {"\n", "\r", "\x1b", "\x00", "\u2028", "\u2029"}


@pytest.mark.parametrize(
    "form",
    ["{}", "https://host/?token={}&x=1", "'{}'", "Bearer {}", "a{}b", "user:{}@host", "\n{}\n"],
)
@pytest.mark.parametrize("quoted", [False, True])
def test_a_secret_is_masked_wherever_it_turns_up(form: str, quoted: bool) -> None:  # noqa: FBT001 - parametrized
    log = Log(SECRET)
    shown = form.format(quote(SECRET, safe="") if quoted else SECRET)
    log.ours.info(shown, value=shown, nested={"list": [shown]})
    log.ours.error("failed", exc_info=raised(shown))
    logging.getLogger("httpx").warning("GET %s", shown)
    logging.getLogger("slack_sdk").error("failed", exc_info=raised(shown))
    assert len(log.lines()) == 4
    assert SECRET not in log.text
    assert quote(SECRET, safe="") not in log.text
    assert "s3cr3t" not in log.text


def test_a_secret_that_is_learned_later_is_masked_beside_the_one_before() -> None:
    log = Log(SECRET)
    logs.learn(["the-next/secret"])
    log.ours.info(f"{SECRET} the-next/secret", url="?key=the-next%2Fsecret")
    (line,) = log.lines()
    assert (line["event"], line["url"]) == ("*** ***", "?key=***")


def test_a_secret_is_masked_in_a_key_and_in_an_object() -> None:
    class Holder:
        def __repr__(self) -> str:
            return f"Holder({SECRET})"

    log = Log(SECRET)
    log.ours.info("said", **{SECRET: 1}, holder=Holder(), raw=SECRET.encode())
    log.lines()
    assert SECRET not in log.text


def test_a_secret_is_masked_in_the_chain_of_an_error() -> None:
    log = Log(SECRET)
    try:
        try:
            fail(KeyError(SECRET))
        except KeyError as error:
            raise RuntimeError(f"could not use {SECRET}") from error
    except RuntimeError:
        log.ours.exception("failed")
        logging.getLogger("aiohttp").exception("failed")
    assert len(log.lines()) == 2
    assert "RuntimeError" in log.text
    assert SECRET not in log.text


@pytest.mark.parametrize(
    "token",
    [
        "xoxb-12-34-abcDEF",
        "xapp-1-A0-secret",
        "xaat-0123456789",
        "xapt-0123456789",
        "ghp_0123456789",
    ],
)
def test_a_token_that_nobody_configured_is_masked_by_its_form(token: str) -> None:
    log = Log()
    log.ours.info(f"called with {token}", url=f"https://h/?t={token}", error=raised(token))
    assert log.lines()
    assert token not in log.text


@pytest.mark.parametrize("email", ["ada@acme.example", "ada.l+tag@mail.acme.example", "A_B@x.io"])
def test_an_email_address_is_masked(email: str) -> None:
    log = Log()
    log.ours.info(f"for {email}", who=email, nested=[email])
    log.ours.error("failed", exc_info=raised(f"no such user: {email}"))
    log.lines()
    assert email not in log.text
    assert "*@*" in log.text


def test_without_secrets_nothing_else_is_masked() -> None:
    log = Log("", "abc")
    log.ours.info("abc stays, too short to be a secret", number=12)
    (line,) = log.lines()
    assert (line["event"], line["number"]) == ("abc stays, too short to be a secret", 12)


def test_debugging_and_the_chatter_of_libraries_are_left_out() -> None:
    log = Log()
    log.ours.debug("quiet")
    for name in ("httpx", "httpcore", "slack_bolt", "slack_sdk", "uvicorn", "dbos", "alembic"):
        logging.getLogger(name).info("GET https://host/?token=1")
        logging.getLogger(f"{name}.inner").debug("quiet")
    assert not log.text


def test_a_failure_outside_every_handler_is_written_to_the_log(
    capsys: pytest.CaptureFixture[str],
) -> None:
    log = Log(SECRET)
    sys.excepthook(ValueError, raised(SECRET), None)
    assert SECRET not in log.text + capsys.readouterr().err


def test_what_ends_a_thread_is_one_masked_line_too(capsys: pytest.CaptureFixture[str]) -> None:
    log = Log(SECRET)
    thread = threading.Thread(target=fail, args=(ValueError(SECRET),))
    thread.start()
    thread.join()
    (line,) = log.lines()
    assert (line["level"], "ValueError: ***" in line["exception"]) == ("critical", True)
    assert capsys.readouterr().err == ""


@given(st.text(max_size=6), st.text(max_size=6))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_secret_within_base64_is_masked(before: str, after: str) -> None:
    log = Log(SECRET)
    log.ours.info(base64.b64encode(f"{before}{SECRET}{after}".encode()).decode())
    assert found([SECRET], log.text.encode()) == set()
    assert "***" in log.text


@pytest.mark.parametrize("secret", ['quo"ted-secret', "back\\slash-secret", "sécret-wörd"])
def test_a_secret_with_a_sign_that_json_escapes_is_masked(secret: str) -> None:
    log = Log(secret)
    log.ours.info("said", value=f"before {secret} after")
    (line,) = log.lines()
    assert line["value"] == "before *** after"


@pytest.mark.parametrize("sign", ["\n", "\t", "\r", "é"])
def test_an_email_address_after_an_escaped_sign_leaves_the_line_whole(sign: str) -> None:
    log = Log()
    log.ours.info(f"said{sign}ada@acme.example")
    (line,) = log.lines()
    assert "acme" not in line["event"]


@pytest.mark.parametrize("sign", ["\n", "\t", "\r"])
def test_a_token_after_an_escaped_sign_is_masked(sign: str) -> None:
    log = Log()
    log.ours.info(f"said{sign}xoxb-0123456789")
    (line,) = log.lines()
    assert "xoxb-0123456789" not in line["event"]


@pytest.mark.parametrize("secret", ["12345", "true", "null", 'level": "info'])
def test_a_secret_that_looks_like_json_leaves_the_line_whole(secret: str) -> None:
    log = Log(secret)
    log.ours.info("said", number=12345, flag=True, nothing=None)
    (line,) = log.lines()
    assert line["event"] == "said"
