"""What Aboard says to those whom a request was about, and of them to everybody, once they came."""

from slack_sdk.models.blocks import SectionBlock

from commands.views.card import Drawing
from commands.views.text import literal, markup, moment, person
from rules.plans import Effect
from rules.states import RequestState, StepState
from rules.values import Kind
from workflow.readmodels import RequestView, StepView

_COMING = {Effect.CREATE, Effect.INVITE}


def nudge(view: RequestView) -> Drawing | None:
    """Remind somebody of the invitations that wait for them; None where none does any more."""
    waiting = [one for one in view.steps if one.state is StepState.INVITED and one.expires_at]
    if not waiting:
        return None
    lines = [_reminder(step) for step in waiting]
    where = f"It came by mail to {literal(view.email or 'your address')}."
    ask = f"If you can't find it, ask {person(view.requester)} to have it mailed again."
    plainly = f"Please accept your invitation to {' and '.join(one.title for one in waiting)}"
    return Drawing(plainly, (SectionBlock(text=markup("\n".join([*lines, where, ask]))),))


def welcome(view: RequestView) -> Drawing | None:
    """Welcome somebody in public; None where they had everything already."""
    came = any(step.effect in _COMING for step in view.steps)
    if view.kind is not Kind.ONBOARD or view.state is not RequestState.COMPLETED or not came:
        return None
    text = f":wave: Please welcome {person(view.subject)}: on board as {literal(view.profile)}."
    return Drawing(text, (SectionBlock(text=markup(text)),))


def _reminder(step: StepView) -> str:
    ends = moment(step.expires_at or 0)
    return f":envelope: *Please accept your invitation to {step.title}*; it ends {ends}."
