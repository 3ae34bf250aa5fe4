"""Whether a clock agrees with ours: Slack refuses what is five minutes off."""

from datetime import timedelta

from bot.findings import Finding, Mark

FARTHEST = timedelta(minutes=1)


def clock(subject: str, apart: timedelta | None) -> Finding:
    """Say whether a clock that is so far ahead of ours is too far off; None where none told."""
    about = "clock"
    if apart is None:
        return Finding(subject, about, Mark.UNKNOWN, "no answer told the time.")
    seconds = round(abs(apart).total_seconds())
    if abs(apart) <= FARTHEST:
        return Finding(subject, about, Mark.OK, "it agrees with ours, within a minute.")
    side = "ahead of" if apart > timedelta(0) else "behind"
    detail = f"it is {timedelta(seconds=seconds)} {side} ours: set this machine's clock."
    return Finding(subject, about, Mark.WRONG, detail)
