"""Block elements: buttons, selects, inputs.

Source: https://docs.slack.dev/reference/block-kit/block-elements (read 2026-11).
"""

from sandbox.slack.blockkit.checks import (
    Check,
    array,
    boolean,
    integer,
    one_of,
    shape,
    string,
)
from sandbox.slack.blockkit.objects import (
    BOX_OPTION,
    CONFIRM,
    DISPATCH_CONFIG,
    MOST_GROUPS,
    MOST_OPTIONS,
    OPTION_GROUP,
    SELECT_OPTION,
    choosing,
    option,
    plain,
    text,
)

IDENTITY: dict[str, Check] = {"action_id": string(255)}
FOCUS: dict[str, Check] = {"focus_on_load": boolean}
PLACEHOLDER: dict[str, Check] = {"placeholder": plain(150)}
MENU = IDENTITY | FOCUS | PLACEHOLDER | {"confirm": CONFIRM}
MANY: dict[str, Check] = {"max_selected_items": integer(1, 100)}
LISTED: dict[str, Check] = {
    "options": array(SELECT_OPTION, MOST_OPTIONS),
    "option_groups": array(OPTION_GROUP, MOST_GROUPS),
}
SOME_IDS = array(string(20), 100, least=0)
CONVERSATION_FILTER = shape(
    {},
    {
        "include": array(one_of("im", "mpim", "private", "public"), 4),
        "exclude_external_shared_channels": boolean,
        "exclude_bot_users": boolean,
    },
)
CONVERSATIONS: dict[str, Check] = {
    "default_to_current_conversation": boolean,
    "filter": CONVERSATION_FILTER,
}
INPUT = IDENTITY | FOCUS | PLACEHOLDER | {"dispatch_action_config": DISPATCH_CONFIG}


def element(kind: str, extras: dict[str, Check], required: dict[str, Check] | None = None) -> Check:
    """Return the rule for one kind of element."""
    return shape({"type": one_of(kind)} | (required or {}), extras)


BUTTON = element(
    "button",
    IDENTITY
    | {
        "url": string(3000),
        "value": string(2000, least=0),
        "style": one_of("primary", "danger"),
        "confirm": CONFIRM,
        "accessibility_label": string(75),
    },
    {"text": plain(75)},
)
OVERFLOW = element(
    "overflow",
    IDENTITY | {"confirm": CONFIRM},
    {"options": array(option(text(75), url=True), 5)},
)
IMAGE = element(
    "image",
    {"image_url": string(3000), "slack_file": shape({}, {"id": string(20), "url": string(3000)})},
    {"alt_text": string(2000)},
)

SELECTS: dict[str, Check] = {
    "static_select": choosing(
        element("static_select", MENU | LISTED | {"initial_option": SELECT_OPTION})
    ),
    "external_select": element(
        "external_select",
        MENU | {"initial_option": SELECT_OPTION, "min_query_length": integer(0, 75)},
    ),
    "users_select": element("users_select", MENU | {"initial_user": string(20)}),
    "conversations_select": element(
        "conversations_select",
        MENU
        | CONVERSATIONS
        | {"initial_conversation": string(20), "response_url_enabled": boolean},
    ),
    "channels_select": element(
        "channels_select", MENU | {"initial_channel": string(20), "response_url_enabled": boolean}
    ),
    "multi_static_select": choosing(
        element(
            "multi_static_select",
            MENU | MANY | LISTED | {"initial_options": array(SELECT_OPTION, MOST_OPTIONS)},
        )
    ),
    "multi_external_select": element(
        "multi_external_select",
        MENU
        | MANY
        | {
            "initial_options": array(SELECT_OPTION, MOST_OPTIONS),
            "min_query_length": integer(0, 75),
        },
    ),
    "multi_users_select": element("multi_users_select", MENU | MANY | {"initial_users": SOME_IDS}),
    "multi_conversations_select": element(
        "multi_conversations_select",
        MENU | MANY | CONVERSATIONS | {"initial_conversations": SOME_IDS},
    ),
    "multi_channels_select": element(
        "multi_channels_select", MENU | MANY | {"initial_channels": SOME_IDS}
    ),
}
CHOICES: dict[str, Check] = {
    "checkboxes": choosing(
        element(
            "checkboxes",
            IDENTITY | FOCUS | {"confirm": CONFIRM, "initial_options": array(BOX_OPTION, 10)},
            {"options": array(BOX_OPTION, 10)},
        )
    ),
    "radio_buttons": choosing(
        element(
            "radio_buttons",
            IDENTITY | FOCUS | {"confirm": CONFIRM, "initial_option": BOX_OPTION},
            {"options": array(BOX_OPTION, 10)},
        )
    ),
}
PICKERS: dict[str, Check] = {
    "datepicker": element("datepicker", MENU | {"initial_date": string(10, least=10)}),
    "timepicker": element(
        "timepicker", MENU | {"initial_time": string(5, least=5), "timezone": string(100)}
    ),
    "datetimepicker": element(
        "datetimepicker",
        IDENTITY
        | FOCUS
        | {"confirm": CONFIRM, "initial_date_time": integer(1_000_000_000, 9_999_999_999)},
    ),
}
TYPED: dict[str, Check] = {
    "plain_text_input": element(
        "plain_text_input",
        INPUT
        | {
            "initial_value": string(3000, least=0),
            "multiline": boolean,
            "min_length": integer(0, 3000),
            "max_length": integer(1, 3000),
        },
    ),
    "email_text_input": element("email_text_input", INPUT | {"initial_value": string(3000)}),
    "url_text_input": element("url_text_input", INPUT | {"initial_value": string(3000)}),
    "number_input": element(
        "number_input",
        INPUT | {"initial_value": string(100), "min_value": string(100), "max_value": string(100)},
        {"is_decimal_allowed": boolean},
    ),
    "file_input": element(
        "file_input",
        IDENTITY | {"filetypes": array(string(20), 50), "max_files": integer(1, 10)},
    ),
}

PRESSABLE: dict[str, Check] = {"button": BUTTON, "overflow": OVERFLOW}
IN_ACTIONS = PRESSABLE | SELECTS | CHOICES | PICKERS
IN_SECTION = IN_ACTIONS | {"image": IMAGE}
IN_INPUT = SELECTS | CHOICES | PICKERS | TYPED
