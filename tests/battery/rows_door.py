"""The door in front of several workspaces: who installs, what is kept, who gets what."""

from tests.battery.frame import Control, Row, Scale

_DOOR = "tests/integration/test_door.py"
_RUNNING = "tests/integration/test_door_running.py"
_TWO = "tests/integration/test_two_workspaces.py"
_APART = f"{_TWO}::test_two_companies_behind_one_door_never_see_each_other"
_HANGS = f"{_RUNNING}::test_a_company_that_hangs_does_not_delay_another"
_KEPT = "tests/unit/storage/test_installations.py"
_OTHER_BROWSER = "test_a_state_of_another_browser_is_refused_and_does_not_spend_it"
_ONE_PASSES = "test_of_many_who_come_with_one_state_one_passes"
_IN_NO_ROW = "test_a_token_is_read_back_and_stands_in_no_row"
_NOT_LISTED = "test_a_workspace_that_is_not_listed_is_refused_and_let_go_of"
_ITS_OWN = "test_a_command_reaches_the_process_of_its_workspace_and_is_signed_for_it_alone"
_OWN_SECRET = "test_what_is_signed_with_a_companys_own_secret_reaches_nobody_at_the_door"
_LATE = "test_a_late_word_of_a_removal_does_not_end_a_newer_installation"


def _states(count: int) -> Scale:
    return Scale({"ABOARD_STATES": str(count)}, tried=2 * count)


def _noticed(says: str, file: str, test: str, scale: Scale | None = None) -> Control:
    return Control(says, (f"{file}::{test}",), scale=scale or Scale(), word=test)


ROWS: tuple[Row, ...] = (
    Row(
        "SEC-14",
        "The app is installed in several workspaces through one door: states of other browsers, "
        "used twice, at once and late; eight at once with each state, on both databases",
        "one of eight passes, 0 foreign states, 0 payloads of another workspace or in its name, "
        "0 tokens in files",
        (_DOOR, _KEPT, _APART, _HANGS),
        (
            _noticed("any browser may end an installation", _DOOR, _OTHER_BROWSER),
            _noticed(
                "a state is looked up first and deleted then", _KEPT, _ONE_PASSES, _states(30)
            ),
            _noticed("tokens are kept as they came", _KEPT, _IN_NO_ROW),
            _noticed("whoever wants may install", _DOOR, _NOT_LISTED),
            _noticed("the door sends everything to one workspace", _DOOR, _ITS_OWN),
            _noticed("every process has the app's own secret", _DOOR, _OWN_SECRET),
            _noticed("a removal ends whatever is installed", _DOOR, _LATE),
        ),
        fast=_states(20),
        full=_states(200),
    ),
)
