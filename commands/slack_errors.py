"""What is done about each error code of Slack's Web API.

The codes are those that Slack documents for all methods in ``commands.slack_methods``, and for any
method: https://docs.slack.dev/reference/methods. A code that is not here is new: it counts as
passing, and what was refused is tried again.
"""

import logging
from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal

import aiohttp
from slack_sdk.errors import SlackApiError, SlackClientError
from structlog.typing import FilteringBoundLogger

Cure = Literal["later", "elsewhere", "anew", "gone", "outrun", "refused", "operator", "defect"]

_PASSING = """
    ratelimited rate_limited internal_error fatal_error service_unavailable request_timeout
    org_login_required team_added_to_org external_channel_migrating streaming_state_conflict
    update_failed file_update_failed message_limit_exceeded
"""
"""Slack is busy, moves house or broke down: the same is tried again later."""

_CLOSED_PLACE = """
    channel_not_found invalid_channel is_archived is_inactive not_in_channel user_not_in_channel
    team_not_found no_permission posting_to_channel_denied restricted_action
    restricted_action_read_only_channel restricted_action_thread_only_channel
    restricted_action_non_threadable_channel restricted_action_thread_locked cannot_reply_to_message
    messages_tab_disabled app_access_restricted ekm_access_denied
    slack_connect_canvas_sharing_blocked slack_connect_file_link_sharing_blocked
    slack_connect_lists_sharing_blocked
"""
"""Nothing of ours can stand there: a card goes to each approver and an answer to whoever asked; the
place itself is tried again now and then. What somebody typed may link what must not be shared."""

_LOST_MESSAGE = "message_not_found cant_update_message edit_window_closed block_mismatch"
"""The message is gone, or is not to be changed any more: it is posted anew."""

_NOT_THERE = """
    user_not_found users_not_found user_not_visible user_disabled no_such_subteam
    file_not_found file_deleted file_is_deleted
"""
"""There is no such person, group or file: that is the answer, and nobody is asked again."""

_MOVED_ON = "expired_trigger_id exchanged_trigger_id hash_conflict not_found invalid_code"
"""The form, the Home or an installation has moved on: it stays as it is, and may be tried anew."""

_FILE_NOT_TAKEN = """
    access_denied blocked_file_type file_type_not_allowed file_upload_size_restricted
    file_uploads_disabled file_uploads_except_images_disabled file_share_limit_reached
    max_file_sharing_exceeded storage_limit_reached unable_to_share_files not_visible
    template_not_visible canvas_disabled_file_team canvas_disabled_user_team
    canvas_globally_disabled slack_connect_blocked_file_type slack_connect_clip_sharing_blocked
    slack_connect_file_upload_sharing_blocked
"""
"""Slack takes or shows no such file here: whoever wanted it is told in words."""

_FOR_OPERATORS = """
    invalid_auth not_authed account_inactive token_expired token_revoked missing_scope
    not_allowed_token_type accesslimited two_factor_setup_required enterprise_is_restricted is_bot
    not_enabled not_implemented plan_upgrade_required cant_delete_message bad_client_secret
    bad_redirect_uri cannot_install_an_org_installed_app client_id_token_mismatch forbidden_team
    invalid_client_id oauth_authorization_url_mismatch pkce_not_allowed
    preview_feature_not_available user_email_unverified
"""
"""The token, its scopes or the workspace must be put right: logged as an error, tried again."""

_OUR_DEFECT = """
    alt_txt_too_large as_user_not_supported attachment_payload_limit_exceeded cant_broadcast_message
    channels_limit_exceeded deprecated_endpoint draft_already_deleted draft_already_sent
    draft_has_conflict draft_not_found duplicate_channel_not_found duplicate_external_id
    duplicate_message_not_found invalid_arg_name invalid_arguments invalid_array_arg
    invalid_attachments invalid_blocks invalid_blocks_format invalid_charset invalid_cursor
    invalid_form_data invalid_metadata_format invalid_metadata_schema invalid_post_type
    invalid_trigger_id markdown_text_conflict metadata_must_be_sent_from_app metadata_too_large
    limit_required method_deprecated missing_argument missing_file_data missing_post_type
    missing_profile_id msg_blocks_too_long msg_too_long no_dual_broadcast_content_update no_text
    send_on_behalf_not_allowed snippet_too_large too_many_attachments too_many_contact_cards
    too_many_users unknown_method unknown_snippet_type unknown_subtype view_too_large
    insecure_request invalid_code_verifier invalid_grant_type invalid_refresh_token missing_args
    no_scopes
"""
"""We asked for what Slack never takes: logged as an error, tried again for a later release."""

_GROUPS: Mapping[Cure, str] = MappingProxyType(
    {
        "later": _PASSING,
        "elsewhere": _CLOSED_PLACE,
        "anew": _LOST_MESSAGE,
        "gone": _NOT_THERE,
        "outrun": _MOVED_ON,
        "refused": _FILE_NOT_TAKEN,
        "operator": _FOR_OPERATORS,
        "defect": _OUR_DEFECT,
    }
)

CURES: Mapping[str, Cure] = MappingProxyType(
    {code: cure for cure, codes in _GROUPS.items() for code in codes.split()}
)
"""Error code to what is done about it."""

UNREACHABLE = (SlackClientError, aiohttp.ClientError, OSError, TimeoutError)
"""How a call to Slack ends that came to nothing; a ``SlackApiError`` is one of these as well."""

_LIMITED = frozenset({"ratelimited", "rate_limited"})
_PAUSE = 30.0

LOUD: frozenset[Cure] = frozenset({"operator", "defect"})
"""The cures for which somebody has to do something outside Slack."""


def code_of(error: SlackApiError) -> str:
    """Return the error code that Slack gave; ``unknown`` where its answer had none."""
    said = getattr(error.response, "data", error.response)
    return str(said.get("error") or "unknown") if isinstance(said, Mapping) else "unknown"


def cure_of(error: SlackApiError) -> Cure:
    """Return what to do about a refusal."""
    return CURES.get(code_of(error), "later")


def pause_of(error: SlackApiError) -> float | None:
    """Return the seconds for which Slack wants to be left alone; None where it was not that."""
    if code_of(error) not in _LIMITED:
        return None
    named = str(error.response.headers.get("Retry-After", ""))
    return float(named) if named.isdecimal() else _PAUSE


def note(log: FilteringBoundLogger, event: str, error: SlackApiError, **more: str) -> Cure:
    """Log a refusal, as an error where somebody has to do something; return what to do."""
    cure = cure_of(error)
    level = logging.ERROR if cure in LOUD else logging.WARNING
    log.log(level, event, error=code_of(error), cure=cure, **more)
    return cure
