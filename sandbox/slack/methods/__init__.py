"""The Web API methods, one module for each family; `METHODS` finds them by name."""

from sandbox.slack.methods import apps, chat, conversations, files, people, views
from sandbox.slack.methods.registry import Method

METHODS: dict[str, Method] = {
    **apps.METHODS,
    **chat.METHODS,
    **conversations.METHODS,
    **files.METHODS,
    **people.METHODS,
    **views.METHODS,
}
