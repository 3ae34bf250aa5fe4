"""Short lives, step by step: each comes to the place where one promise matters."""

from rules.values import Kind
from tests.life.machine import STARTS, Life, Wish
from tests.life.products import Fault
from tests.life.town import ADA, BOSS, LEAD, OPS1
from workflow.clock import HOUR, MINUTE

COMES = Wish(BOSS, ADA, "engineer", Kind.ONBOARD, None, None)
LEAVES = Wish(BOSS, ADA, "engineer", Kind.OFFBOARD, None, None)
BLIND, IN_A_CALL, AFTER_A_CALL = 1, 6, 7
"""The place of a vendor in the plan; the points of an attempt before and after it writes."""


def _begins(life: Life, trouble: dict[str, list[Fault]] | None = None, wish: Wish = COMES) -> None:
    life.begins(start=STARTS[0], first=wish, troubles=trouble or {}, agreed=False)


def all_goes_well(life: Life) -> None:
    """Approve and carry out."""
    _begins(life)
    life.approvers_agree(pick=1)
    life.all_work_is_done()


def requester_approves(life: Life) -> None:
    """Have whoever asked press Approve."""
    _begins(life)
    life.somebody_decides(pick=1, who=BOSS, yes=True, die_at=None)


def role_changes(life: Life) -> None:
    """Have an account appear, with another role, after the plan was made."""
    _begins(life)
    life.somebody_acts_at_a_product(name="clear", whom=ADA, role="admin")
    life.approvers_agree(pick=1)
    life.all_work_is_done()


def answer_is_lost(life: Life) -> None:
    """Have a call be lost before it is carried out, where nobody can look."""
    _begins(life, {"blind": ["lost before"]})
    life.approvers_agree(pick=1)
    life.all_work_is_done()


def work_is_late(life: Life) -> None:
    """Have the work begin a day after the approval."""
    _begins(life)
    life.approvers_agree(pick=1)
    life.time_passes(length=25 * HOUR, is_noticed=False)
    life.all_work_is_done()


def dies_in_a_blind_call(life: Life) -> None:
    """Die after a call was carried out that nobody can look up."""
    _begins(life)
    life.approvers_agree(pick=1)
    life.an_attempt_begins(pick=BLIND, hold_at=AFTER_A_CALL)
    life.the_bot_dies(pick=0, loses=False)
    life.all_work_is_done()


def dies_in_a_call(life: Life) -> None:
    """Die after a call was carried out that can be looked up."""
    _begins(life)
    life.approvers_agree(pick=1)
    life.an_attempt_begins(pick=0, hold_at=AFTER_A_CALL)
    life.the_bot_dies(pick=0, loses=False)


def is_refused(life: Life) -> None:
    """Have one vendor refuse the person."""
    _begins(life, {"clear": ["refused"]})
    life.approvers_agree(pick=1)
    life.all_work_is_done()


def removal_is_refused(life: Life) -> None:
    """Have one vendor refuse a removal."""
    _begins(life, {"blind": ["refused"]}, LEAVES)
    life.approvers_agree(pick=1)
    life.all_work_is_done()


def is_denied(life: Life) -> None:
    """Deny, then have somebody else approve."""
    _begins(life)
    life.somebody_decides(pick=1, who=LEAD, yes=False, die_at=None)
    life.somebody_decides(pick=1, who=OPS1, yes=True, die_at=None)


def approver_attests(life: Life) -> None:
    """Have the only one who approved say that it was done by hand."""
    is_refused(life)
    life.somebody_attests(pick=1, who=OPS1, die_at=None)


def call_takes_long(life: Life) -> None:
    """Have a call take longer than steps are quiet."""
    _begins(life)
    life.approvers_agree(pick=1)
    life.an_attempt_begins(pick=0, hold_at=IN_A_CALL)
    life.time_passes(length=20 * MINUTE, is_noticed=True)
    for _ in range(2):
        life.all_work_is_done()
        life.time_passes(length=2 * MINUTE, is_noticed=True)
    life.all_work_is_done()


def look_is_refused(life: Life, fault: Fault = "refused") -> None:
    """Have the answer be lost after a call was carried out, and then the look be refused."""
    _begins(life, {"clear": ["lost after"]})
    life.approvers_agree(pick=1)
    life.all_work_is_done()
    life.the_next_calls_fail(name="clear", writes=[], looks=[fault])
    life.time_passes(length=2 * MINUTE, is_noticed=False)
    life.all_work_is_done()
