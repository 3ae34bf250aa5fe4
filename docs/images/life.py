"""What time does: starts and ends, reminders, invitations that run out."""

from datetime import timedelta

from docs.images.office import Office

FOUR_HOURS = timedelta(hours=4, minutes=1)
A_WEEK = timedelta(days=7)
NEARLY_OVER = timedelta(days=12, hours=13)
OVER = timedelta(days=2)
DIRECT = "direct"


async def dates(office: Office) -> None:
    """Picture a card with dates, what starts later, and the notice before the end."""
    cast, calendar = office.cast, office.calendar
    subject = cast.newcomers[0]
    office.story.people.accounts[subject.id] = office.story.world.server.github.add(
        cast.logins[subject.id], subject.real_name
    )
    starts, ends = calendar.wall(3, "09:00", subject), calendar.wall(40, "18:00", subject)
    card = await calendar.asks(subject, starts=starts, until=ends)
    await office.picture("dates", cast.lead, "Waiting for approval")
    await office.approve(card, "Approved, starts later")
    await calendar.until(starts, subject)
    await office.story.reads(card, "Completed")
    await calendar.until(ends, subject, less=A_WEEK)
    await office.story.direct(cast.manager, "ends on")
    await office.picture("ending", cast.manager, "The access of", place=DIRECT)


async def reminder(office: Office) -> None:
    """Picture what an approver is told who has not answered."""
    await office.asks(office.cast.newcomers[0], "engineer")
    await office.story.world.later(FOUR_HOURS)
    await office.story.direct(office.cast.lead, "still waits for you")
    await office.picture("reminder", office.cast.lead, "still waits for you", place=DIRECT)


async def invitation(office: Office) -> None:
    """Picture the reminder to accept, and the card after the invitation has run out."""
    cast, world = office.cast, office.story.world
    card = await office.has(cast.seller)
    world.clock.forward(NEARLY_OVER)
    await world.invitations_looked_up()
    await office.story.direct(cast.seller, "accept your invitation")
    await office.picture("nudge", cast.seller, "accept your invitation", place=DIRECT)
    world.clock.forward(OVER)
    await world.invitations_looked_up()
    await office.story.reads(card, "an invitation has expired")
    await office.picture("expired", cast.lead, "an invitation has expired")
