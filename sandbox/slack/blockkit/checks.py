"""The small words the Block Kit rules are written in: string, array, shape, one of.

A check looks at one JSON value and reports what Slack would say about it, with the place as
a JSON pointer: `[ERROR] must be less than 151 characters [json-pointer:/blocks/0/text/text]`.
"""

from collections.abc import Callable, Mapping

Report = list[str]
Check = Callable[[object, str, Report], None]


def complain(report: Report, said: str, pointer: str) -> None:
    """Add one sentence in Slack's form."""
    report.append(f"[ERROR] {said} [json-pointer:{pointer}]")


def string(most: int, least: int = 1) -> Check:
    """Accept a string of `least` to `most` characters."""

    def check(value: object, pointer: str, report: Report) -> None:
        if not isinstance(value, str):
            complain(report, "must be a string", pointer)
        elif len(value) < least:
            complain(report, f"must be more than {least - 1} characters", pointer)
        elif len(value) > most:
            complain(report, f"must be less than {most + 1} characters", pointer)

    return check


def boolean(value: object, pointer: str, report: Report) -> None:
    """Accept true and false."""
    if not isinstance(value, bool):
        complain(report, "must be a boolean", pointer)


def integer(least: int, most: int) -> Check:
    """Accept a whole number between the two."""

    def check(value: object, pointer: str, report: Report) -> None:
        if not isinstance(value, int) or isinstance(value, bool):
            complain(report, "must be an integer", pointer)
        elif not least <= value <= most:
            complain(report, f"must be between {least} and {most}", pointer)

    return check


def one_of(*allowed: str) -> Check:
    """Accept exactly these words."""

    def check(value: object, pointer: str, report: Report) -> None:
        if value not in allowed:
            complain(report, f"must be one of: {', '.join(allowed)}", pointer)

    return check


def anything(_value: object, _pointer: str, _report: Report) -> None:
    """Accept whatever stands there; Slack's own rules for it are not simulated."""


def array(item: Check, most: int, least: int = 1) -> Check:
    """Accept a list of `least` to `most` values that each pass `item`."""

    def check(value: object, pointer: str, report: Report) -> None:
        if not isinstance(value, list):
            complain(report, "must be an array", pointer)
            return
        if len(value) < least:
            complain(report, f"no fewer than {least} items allowed", pointer)
        if len(value) > most:
            complain(report, f"no more than {most} items allowed", pointer)
        for number, entry in enumerate(value):
            item(entry, f"{pointer}/{number}", report)

    return check


def shape(
    required: Mapping[str, Check] | None = None, optional: Mapping[str, Check] | None = None
) -> Check:
    """Accept an object that has all of `required` and nothing outside both."""
    needed = dict(required or {})
    known = needed | dict(optional or {})

    def check(value: object, pointer: str, report: Report) -> None:
        if not isinstance(value, dict):
            complain(report, "must be an object", pointer)
            return
        for missing in needed.keys() - value.keys():
            complain(report, f"missing required field: {missing}", pointer)
        for name, entry in value.items():
            if name in known:
                known[name](entry, f"{pointer}/{name}", report)
            else:
                complain(report, f"invalid additional property: {name}", pointer)

    return check


def by_type(kinds: Mapping[str, Check], what: str) -> Check:
    """Accept an object whose `type` is one of `kinds`, by the rules of that kind."""

    def check(value: object, pointer: str, report: Report) -> None:
        kind = value.get("type") if isinstance(value, dict) else None
        if not isinstance(kind, str) or kind not in kinds:
            complain(report, f"unsupported type of {what}: {kind}", f"{pointer}/type")
            return
        kinds[kind](value, pointer, report)

    return check


def every(*checks: Check) -> Check:
    """Ask all the checks."""

    def check(value: object, pointer: str, report: Report) -> None:
        for one in checks:
            one(value, pointer, report)

    return check
