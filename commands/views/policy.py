"""What the policy asks of a request, in words: on its card and in its story."""

from commands.views import words
from commands.views.text import literal
from rules.panel import given_in_stage, stage_number
from rules.terms import Stage
from rules.values import is_group_id
from workflow.readmodels import RequestView


def needs(stages: tuple[Stage, ...], given: int) -> str:
    """Return what is missing, such as ``1 of 2 approvals; then IT operations``."""
    number = stage_number(stages, given)
    if number is None:
        return "nothing is missing"
    stage, later = stages[number], stages[number + 1 :]
    needed = f"{given_in_stage(stages, given)} of {words.approvals(stage.threshold)}"
    if len(stages) > 1:
        needed += f" from {literal(stage.title)}"
    return "; then ".join([needed, *(literal(one.title) for one in later)])


def asks(view: RequestView) -> str:
    """Return what is needed in all, for the one who asked."""
    stages = view.terms.stages
    if not stages:
        return f"Approved by the rule `{literal(view.terms.automatic or '')}`"
    parts = [words.approvals(stages[0].threshold)]
    parts += [f"{words.approvals(one.threshold)} from {literal(one.title)}" for one in stages[1:]]
    return f"Needs {', then '.join(parts)}"


def rule(view: RequestView) -> list[str]:
    """Return which rules a request stands under and what they ask for, a line each."""
    names = ", ".join(f"`{literal(name)}`" for name in view.terms.rules)
    word = "Rule" if len(view.terms.rules) == 1 else "Rules"
    return [f"{word}: {names}.", *(_stages(view) or [_automatic(view)])]


def _stages(view: RequestView) -> list[str]:
    return [
        f"{number}. {literal(stage.title)} (`{literal(stage.rule)}`): {stage.threshold} of "
        f"{_people(stage)}, neither the requester nor the person concerned."
        for number, stage in enumerate(view.terms.stages, start=1)
    ]


def _automatic(view: RequestView) -> str:
    return f"Approved by the rule `{literal(view.terms.automatic or '')}`, and by nobody."


def _people(stage: Stage) -> str:
    return " ".join(mention(one) for one in stage.approvers)


def mention(listed: str) -> str:
    """Return a mention of a person or a user group."""
    return f"<!subteam^{listed}>" if is_group_id(listed) else f"<@{listed}>"
