"""App Home: what waits for whom, what became of it, and what can be done about it at once.

Slack shows at most a hundred blocks; the lists are short and have pages.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from slack_sdk.models.blocks import (
    ActionsBlock,
    Block,
    ButtonElement,
    DividerBlock,
    HeaderBlock,
    InputBlock,
    SectionBlock,
    UserSelectElement,
)
from slack_sdk.models.views import View

from commands.ids import Action
from commands.views import answers, home_batches, home_rows
from commands.views.home_rows import button
from commands.views.places import Places
from commands.views.text import markup, person, plain
from workflow.homeviews import BatchList, HomeBatch, HomeList, HomeRow

TITLES: Mapping[str, str] = MappingProxyType(
    {
        "waiting": "Waiting for you",
        "batches": "Several people, waiting for you",
        "trouble": "Needs attention",
        "mine": "Asked by you",
        "my_batches": "Several people, asked by you",
        "leaving": "Leaving soon",
        "on_board": "On board lately",
        "about": "What there is",
    }
)
_NOTHING: Mapping[str, str] = MappingProxyType(
    {
        "waiting": "Nothing waits for your decision.",
        "batches": "Nothing more on this page.",
        "trouble": "Everything ended well.",
        "mine": "You have not asked for anything.",
        "my_batches": "Nothing more on this page.",
        "leaving": "No access ends.",
        "on_board": "Nobody came on board.",
        "about": "There is nothing that you may see.",
    }
)
_TURNS: Mapping[str, tuple[str, str]] = MappingProxyType({"leaving": ("Sooner", "Later")})

ASK_A_MEMBER = (
    "Ask a full member of this workspace: they type `/onboard` or `/offboard` with the name of the "
    "person whom it is about."
)


@dataclass(frozen=True, slots=True)
class Home:
    """Everything that one person's Home shows.

    ``sorry`` says why they may ask for nothing; None where they may.
    """

    sorry: str | None = None
    places: Places = field(default_factory=Places)
    lists: Mapping[str, HomeList | BatchList] = field(default_factory=dict)


def home(shown: Home) -> View:
    """Draw the home tab of one person."""
    blocks: list[Block] = [HeaderBlock(text=plain("Aboard")), *_asking(shown)]
    for name, listed in shown.lists.items():
        blocks += _list(name, listed) if listed != BatchList() else []
    blocks += _help(shown)
    return View(type="home", blocks=blocks, private_metadata=shown.places.text())


def _help(shown: Home) -> list[Block]:
    """Name the commands to whoever may use them."""
    return [] if shown.sorry else [DividerBlock(), SectionBlock(text=markup(answers.HELP))]


def _asking(shown: Home) -> list[Block]:
    """Draw what somebody can ask for, or how they have somebody ask."""
    if shown.sorry is not None:
        return [SectionBlock(text=markup(f":lock: {shown.sorry}\n{ASK_A_MEMBER}"))]
    onboard = button("Onboard somebody", Action.ASK_ONBOARD, style="primary")
    offboard = button("Offboard somebody", Action.ASK_OFFBOARD)
    return [ActionsBlock(elements=[onboard, offboard]), *_search(shown.places)]


def _search(places: Places) -> list[Block]:
    field_ = InputBlock(
        label=plain("Find a person"),
        block_id=f"{Action.SEARCH.value}.{places.turn}",
        dispatch_action=True,
        optional=True,
        element=UserSelectElement(
            action_id=Action.SEARCH.value,
            placeholder=plain("Whose requests?"),
            initial_user=places.about,
        ),
    )
    if places.about is None:
        return [field_]
    found = SectionBlock(
        text=markup(f":mag: What there is about {person(places.about)}"),
        accessory=button("Show everything", Action.EVERYTHING, "everything"),
    )
    return [field_, found]


def _list(name: str, listed: HomeList | BatchList) -> list[Block]:
    drawn: list[Block] = [DividerBlock(), HeaderBlock(text=plain(TITLES[name]))]
    if not listed.rows:
        more = " Older ones may follow." if listed.on else ""
        drawn.append(SectionBlock(text=markup(f"{_NOTHING[name]}{more}")))
    for row in listed.rows:
        drawn += _row(name, row)
    turns = _pager(name, listed)
    return [*drawn, ActionsBlock(elements=turns)] if turns else drawn


def _row(name: str, row: HomeRow | HomeBatch) -> list[Block]:
    if isinstance(row, HomeBatch):
        return home_batches.drawn(name, row)
    return home_rows.drawn(name, row)


def _pager(name: str, listed: HomeList | BatchList) -> list[ButtonElement]:
    back, on = _TURNS.get(name, ("Newer", "Older"))
    ways = ((back, "back", listed.back), (on, "on", listed.on))
    return [
        button(label, f"{Action.PAGE.value}:{name}:{way}", span.text(), f"{label}: {TITLES[name]}")
        for label, way, span in ways
        if span is not None
    ]
