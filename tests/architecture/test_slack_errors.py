"""Every error code that Slack documents for what we call has something that is done about it.

The reference is read where the checkout lies beside a folder `shared` that holds it; elsewhere the
comparisons are skipped.
"""

import json
import re
from functools import cache

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from commands import slack_errors
from commands.slack_errors import CURES
from commands.slack_methods import AS_THE_APP, METHODS
from tests.architecture.source import ROOT, source_files

SLACK = ROOT.parent / "shared" / "slack" / "api-ref"
REFERENCE = SLACK / "docs.slack.dev" / "methods"
COMMON = SLACK / "methods" / "_errors" / "common.json"
UPLOADING = {"files.getUploadURLExternal", "files.completeUploadExternal"}
"""What files_upload_v2 of slack_sdk calls."""
ABOUT_A_MESSAGE = {"chat.update", "chat.delete", "chat.getPermalink"}

beside = pytest.mark.skipif(
    not (REFERENCE.exists() and COMMON.exists()),
    reason="Slack's reference is not beside the checkout",
)


@cache
def _documented(method: str) -> frozenset[str]:
    return frozenset(json.loads((REFERENCE / f"{method}.json").read_text()).get("errors", ()))


@cache
def _common() -> frozenset[str]:
    return frozenset(json.loads(COMMON.read_text())["errors"])


@beside
@pytest.mark.parametrize("method", sorted({*METHODS, *AS_THE_APP}))
def test_every_error_that_slack_documents_for_a_method_has_a_cure(method: str) -> None:
    assert _documented(method) - set(CURES) == set()


def test_every_method_that_the_code_calls_is_listed() -> None:
    text = "\n".join(one.text for one in source_files("bot", "commands", "workflow"))
    named = set(re.findall(r'api_call\(\s*"([\w.]+)"', text))
    called = {one for one in re.findall(r"client\.(\w+)\(", text) if _is_of_slack(one)}
    listed = {one.replace(".", "_"): one for one in {*METHODS, *AS_THE_APP}}
    assert called - set(listed) == {"files_upload_v2"}
    assert named | {listed[one] for one in called & set(listed)} | UPLOADING == set(listed.values())


def _is_of_slack(name: str) -> bool:
    return "_" in name and name != "api_call" and hasattr(AsyncWebClient, name)


@beside
def test_every_error_that_any_method_may_answer_has_a_cure() -> None:
    assert len(_common()) > 20
    assert _common() - set(CURES) == set()


@beside
def test_no_cure_is_for_an_error_that_no_method_has() -> None:
    known = _common().union(*(_documented(path.stem) for path in REFERENCE.glob("*.*.json")))
    assert set(CURES) - known == set()


@beside
def test_only_a_message_that_was_posted_before_is_posted_anew() -> None:
    codes = {code for code, cure in CURES.items() if cure == "anew"}
    having = {method for method in METHODS if _documented(method) & codes}
    assert having == ABOUT_A_MESSAGE


def test_an_error_has_one_cure() -> None:
    listed = [code for codes in slack_errors._GROUPS.values() for code in codes.split()]
    assert len(listed) == len(set(listed)) == len(CURES)
