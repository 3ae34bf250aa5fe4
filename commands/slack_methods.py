"""Every method of Slack's Web API that Aboard calls, with the scopes that it needs.

The manifest asks for exactly these scopes. https://docs.slack.dev/reference/methods
"""

from collections.abc import Mapping
from types import MappingProxyType

METHODS: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "auth.test": frozenset(),
        "chat.delete": frozenset({"chat:write"}),
        "chat.getPermalink": frozenset(),
        "chat.postEphemeral": frozenset({"chat:write"}),
        "chat.postMessage": frozenset({"chat:write"}),
        "chat.update": frozenset({"chat:write"}),
        "files.completeUploadExternal": frozenset({"files:write"}),
        "files.getUploadURLExternal": frozenset({"files:write"}),
        "files.info": frozenset({"files:read"}),
        "users.info": frozenset({"users:read", "users:read.email"}),
        "users.lookupByEmail": frozenset({"users:read.email"}),
        "usergroups.users.list": frozenset({"usergroups:read"}),
        "views.open": frozenset(),
        "views.publish": frozenset(),
        "views.update": frozenset(),
    }
)
"""Method name to scopes."""

COMMAND_SCOPE = "commands"
"""What slash commands need."""
