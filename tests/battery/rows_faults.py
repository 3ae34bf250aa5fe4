"""Vendors and a Slack that fail."""

from tests.battery.frame import Control, Row, Scale

_OUTCOMES = "tests/faults/test_unknown_outcomes.py"
_SLACK = "tests/faults/test_slack_in_trouble.py"
_REFUSED = f"{_SLACK}::test_every_refusal_is_got_round_or_told_and_no_decision_waits_for_it"
_BUSY = f"{_SLACK}::test_three_of_ten_posts_too_fast_delay_what_is_said_and_change_nothing_else"
_OUTAGES = "tests/faults/test_outages.py"
_LEAVERS = f"{_OUTAGES}::test_whoever_leaves_is_removed_or_named_people_are_reminded_in_time"
_ANSWERS = "tests/faults/test_hostile_answers.py"
_CREDENTIALS = "tests/faults/test_refused_credentials.py"
_HUNDRED = (
    f"{_CREDENTIALS}::test_a_hundred_wait_while_one_a_minute_asks_and_all_are_done_afterwards"
)
_LATE = "tests/faults/test_late_lists.py"
_LATE_TWICE = f"{_LATE}::test_an_answer_that_got_lost_and_a_list_that_is_late_make_nothing_twice"
_HASTY = f"{_LATE}::test_a_bot_that_waits_for_no_list_invites_somebody_twice"


def _outcomes(seeds: int) -> Scale:
    """Try five vendors, thirteen faults and two directions with so many seeds."""
    return Scale({"ABOARD_OUTCOME_SEEDS": str(seeds)}, tried=5 * 13 * 2 * seeds)


def _answers(times: int) -> Scale:
    """Give each of five vendors so many answers."""
    return Scale({"ABOARD_HOSTILE_ANSWERS": str(times)})


def _late(times: int) -> Scale:
    """Have the lists of four vendors be late so many times."""
    return Scale({"ABOARD_LATE_LISTS": str(times)}, tried=4 * times)


def _leavers(people: int) -> Scale:
    return Scale({"ABOARD_LEAVERS": str(people)}, tried=people)


def _refused(people: int) -> Scale:
    return Scale({"ABOARD_REFUSED": str(people)}, tried=people)


def _slack(times: int, posts: int) -> Scale:
    """Have each of twelve errors so many times, and so many posts."""
    wanted = {"ABOARD_SLACK_ERRORS": str(times), "ABOARD_SLACK_POSTS": str(posts)}
    return Scale(wanted, tried=12 * times + posts)


ROWS: tuple[Row, ...] = (
    Row(
        "REL-05",
        "Thirteen faults befall the calls to five vendors, giving and taking away",
        "0 false done, 0 false failed, 0 made twice, the rest flagged for a person",
        (_OUTCOMES,),
        (
            Control(
                "an unknown outcome is tried again without a look",
                (_OUTCOMES,),
                word="made twice",
            ),
            Control(
                "an unknown outcome counts as failed",
                (_OUTCOMES,),
                word="false failed",
            ),
        ),
        _outcomes(2),
        _outcomes(20),
    ),
    Row(
        "REL-20",
        "Answers that got lost, and four vendors whose lists are late by 0 to 30 seconds",
        "0 made twice, all settled without a person",
        (_LATE,),
        (
            Control(
                "what a list does not show at once is written again",
                (_LATE_TWICE,),
                scale=_late(3),
                word="several invitations",
            ),
            Control("no time is given to a list", (_HASTY,), shows=True),
        ),
        _late(8),
        _late(200),
    ),
    Row(
        "REL-06",
        "Hostile answers to what five vendors are asked: broken, flooding, lying",
        "0 crashes, 0 false done, each in 31 s, less than 64 MB more memory",
        (_ANSWERS,),
        (
            Control(
                "an answer may be of any length",
                (_ANSWERS,),
                scale=_answers(100),
                word="grown < MOST_MEMORY",
            ),
            Control(
                "an answer that nobody can read is an empty list",
                (_ANSWERS,),
                scale=_answers(100),
                word="false done",
            ),
        ),
        _answers(100),
        _answers(5_000),
    ),
    Row(
        "REL-08",
        "Twelve refusals of Slack's; three of ten posts too fast; two hours without Slack",
        "all delivered or told otherwise, 0 cards twice but where a card that cannot be changed is "
        "posted anew, 0 lost, made up for in 60 s",
        (_SLACK,),
        (
            Control(
                "what comes too fast for Slack is dropped",
                (_BUSY,),
                scale=_slack(1, 25),
                word="[1] * REQUESTS",
            ),
            Control(
                "a card that is refused goes nowhere else",
                (_REFUSED,),
                word="nobody was told",
            ),
        ),
        _slack(5, 100),
        _slack(25, 1_000),
    ),
    Row(
        "REL-17",
        "Whoever leaves while vendors are away for two hours; and each vendor away alone",
        "all removed, or named people reminded in time; the others go on",
        (_OUTAGES,),
        (
            Control(
                "no alarm is ever due",
                (_LEAVERS,),
                scale=_leavers(3),
                word="[] were told",
            ),
        ),
        _leavers(50),
        _leavers(1_000),
    ),
    Row(
        "REL-21",
        "A vendor refuses the credential for ten minutes, with a hundred steps to be done there",
        "1 asks a minute, 0 failed, 0 lost, 1 alert; the others go on",
        (_CREDENTIALS,),
        (
            Control(
                "every step asks a vendor that refuses the credential",
                (_HUNDRED,),
                scale=_refused(5),
                word="+ 1)",
            ),
            Control(
                "what waits for a vendor is forgotten",
                (_HUNDRED,),
                scale=_refused(5),
                word="{'completed'}",
            ),
        ),
        _refused(100),
        _refused(500),
    ),
)
