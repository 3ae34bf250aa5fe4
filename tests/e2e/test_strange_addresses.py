"""An address that is not what it looks like, or not of the house, stands out on the card."""

import pytest

from sandbox.slack.model import User
from tests.e2e.settings import on_both_databases
from tests.e2e.story import Story
from tests.e2e.world import OUT_OF_DATE

POLICY = """
[[rules]]
name = "by-itself"
when = { action = "onboard", profile = "engineer", risk = false }
automatic = true

[people]
domains = ["acme.example", "ACME.test"]
"""
ELSEWHERE = "is at none of the company's domains"
IE = "Cyrillic small letter ie"
ALIKE = "may look like others"

pytestmark = pytest.mark.parametrize("house", on_both_databases(policy=POLICY), indirect=True)


async def has(story: Story, who: User, email: str) -> None:
    who.email = email
    await story.world.later(OUT_OF_DATE)


@pytest.mark.parametrize(
    ("email", "signs", "spelled"),
    [
        (
            "\u0430da.moreno@acme.example",
            "Cyrillic small letter a",
            r"\u0430da.moreno@acme.example",
        ),
        (
            "ada.moreno@\u0430cme.example",
            "Cyrillic small letter a",
            "ada.moreno@xn--cme-5cd.example",
        ),
        ("ada\u200b.moreno@acme.example", "Zero width space", r"ada\u200b.moreno@acme.example"),
        (
            "ada.m\u043er\u0435no@\u0430\u0441me.example",
            f"Cyrillic small letter o, {IE}, Cyrillic small letter a, and others",
            r"ada.m\u043er\u0435no@xn--me-6kc2e.example",
        ),
    ],
)
async def test_letters_that_look_like_others_are_spelled_out_and_never_approved_by_a_rule(
    story: Story, ada: User, email: str, signs: str, spelled: str
) -> None:
    await has(story, ada, email)
    await story.types("/onboard", f"<@{ada.id}|{ada.name}> {story.people.login(ada)} engineer")
    card = await story.until(
        lambda: next((one for one in story.cards()[::-1] if ada.real_name in story.text(one)), None)
    )
    assert card is not None
    assert "Waiting for approval" in story.text(card)
    assert f"{ALIKE}: {signs}. Spelled out, it is “{spelled}”." in story.line(card, "Axiom")
    await story.denies(card, "Who is that?")


async def test_an_address_of_another_house_is_told_and_never_approved_by_a_rule(
    story: Story, ada: User
) -> None:
    await has(story, ada, ada.email.replace("acme.example", "acme.example.evil.test"))
    card = await story.onboarding(ada)
    assert "Waiting for approval" in story.text(card)
    assert ELSEWHERE in story.line(card, "Axiom")
    assert ELSEWHERE not in story.line(card, "Axolo")
    await story.denies(card, "Not one of ours")


@pytest.mark.parametrize("domain", ["acme.example", "acme.test", "Acme.EXAMPLE"])
async def test_an_address_of_the_house_is_nothing_to_tell(
    story: Story, ada: User, domain: str
) -> None:
    await has(story, ada, ada.email.replace("acme.example", domain))
    card = await story.onboarding(ada)
    text = await story.reads(card, "Completed")
    assert ELSEWHERE not in text
    assert ALIKE not in text
