"""Modals in a stack for each person, and Homes.

Source: https://docs.slack.dev/surfaces/modals (a stack of at most three views; a view's hash
guards against updating what has moved on) and https://docs.slack.dev/surfaces/app-home.
"""

from sandbox.changes import Changes
from sandbox.clock import Clock, Ids
from sandbox.slack import inputs
from sandbox.slack.messages import with_ids
from sandbox.slack.model import Json, SlackError, View

MOST_STACKED = 3


class Views:
    """Every view that is open, and the Home of each person."""

    def __init__(self, changes: Changes, clock: Clock, ids: Ids) -> None:
        self._changes = changes
        self._clock = clock
        self._ids = ids
        self.stacks: dict[str, list[View]] = {}
        self.homes: dict[str, View] = {}

    def stack(self, user: str) -> list[View]:
        """Return the open modals of this person, the one on top last."""
        return self.stacks.setdefault(user, [])

    def open(self, user: str, content: Json) -> View:
        """Open a first modal, in place of what was open."""
        view = self._new(user, content)
        self.stacks[user] = [view]
        self._changes.happened()
        return view

    def push(self, user: str, content: Json) -> View:
        """Put a modal on top; raises push_limit_reached beyond three, not_found under none."""
        stack = self.stack(user)
        if not stack:
            raise SlackError("not_found")
        if len(stack) >= MOST_STACKED:
            raise SlackError("push_limit_reached")
        view = self._new(user, content, below=stack[-1])
        stack.append(view)
        self._changes.happened()
        return view

    def find(self, view_id: str | None, external_id: str | None = None) -> View:
        """Return an open modal; raises not_found."""
        for view in (one for stack in self.stacks.values() for one in stack):
            if view_id == view.id or (
                external_id and view.content.get("external_id") == external_id
            ):
                return view
        raise SlackError("not_found")

    def update(self, view: View, content: Json, expected: str | None = None) -> None:
        """Show something else in a view; raises hash_conflict when it moved on."""
        if expected is not None and expected != view.hash:
            raise SlackError("hash_conflict")
        before = view.values
        view.content = self._named(content)
        view.hash = self._hash()
        view.errors = {}
        view.values = inputs.kept(before, inputs.initial(view.blocks))
        self._changes.happened()

    def publish(self, user: str, content: Json, expected: str | None = None) -> View:
        """Show a Home; raises hash_conflict when it moved on."""
        home = self.homes.get(user)
        if home is None:
            home = self.homes[user] = self._new(user, content)
            self._changes.happened()
        else:
            self.update(home, content, expected)
        return home

    def close(self, view: View, *, everything: bool = False) -> list[View]:
        """Take a modal off the stack, or the whole stack, and return what was closed."""
        stack = self.stack(view.user)
        if view not in stack:
            return []
        closed = list(stack) if everything else stack[stack.index(view) :]
        self.stacks[view.user] = [one for one in stack if one not in closed]
        self._changes.happened()
        return closed

    def refuse(self, view: View, errors: dict[str, str]) -> None:
        """Show errors under the inputs."""
        view.errors = dict(errors)
        self._changes.happened()

    def typed(self, view: View, values: dict[str, dict[str, Json]]) -> None:
        """Put what a person typed or chose into the inputs."""
        for block_id, states in values.items():
            view.values.setdefault(block_id, {}).update(states)
        self._changes.happened()

    def _new(self, user: str, content: Json, below: View | None = None) -> View:
        named = self._named(content)
        view_id = self._ids.new("V")
        root = below.root_id if below else view_id
        previous = below.id if below else None
        view = View(view_id, user, str(content["type"]), self._hash(), named, root, previous)
        view.values = inputs.initial(view.blocks)
        return view

    def _named(self, content: Json) -> Json:
        return {**content, "blocks": with_ids(content["blocks"], self._ids)}

    def _hash(self) -> str:
        return f"{int(self._clock())}.{self._ids.new('', 8).lower()}"
