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
        "users.list": frozenset({"users:read"}),
        "users.lookupByEmail": frozenset({"users:read.email"}),
        "usergroups.users.list": frozenset({"usergroups:read"}),
        "views.open": frozenset(),
        "views.publish": frozenset(),
        "views.update": frozenset(),
    }
)
"""Method name to scopes."""

AS_THE_APP = frozenset({"apps.connections.open", "apps.uninstall", "oauth.v2.access"})
"""What is called with the app's own credentials: by Socket Mode and by the door. No scope of a
workspace is needed."""

COMMAND_SCOPE = "commands"
"""What slash commands need."""
