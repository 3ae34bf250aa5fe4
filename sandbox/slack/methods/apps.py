"""api.test, auth.test, team.info, bots.info: who am I, and where."""

from sandbox.slack.arguments import Arguments
from sandbox.slack.methods.registry import Method
from sandbox.slack.model import Json, SlackError
from sandbox.slack.state import State


def api_test(_state: State, arguments: Arguments) -> Json:
    """Echo the arguments, or the error asked for."""
    if error := arguments.maybe("error"):
        raise SlackError(error, args=arguments.given)
    return {"args": arguments.given} if arguments.given else {}


def auth_test(state: State, _arguments: Arguments) -> Json:
    """Say whose token it is."""
    return {
        "url": f"https://{state.team.domain}.slack.com/",
        "team": state.team.name,
        "user": state.directory.user(state.app.bot_user_id).name,
        "team_id": state.team.id,
        "user_id": state.app.bot_user_id,
        "bot_id": state.app.bot_id,
        "is_enterprise_install": False,
    }


def team_info(state: State, arguments: Arguments) -> Json:
    """Describe a workspace."""
    team = state.teams.get(arguments.text("team", state.team.id))
    if team is None:
        raise SlackError("team_not_found")
    return {"team": {"id": team.id, "name": team.name, "domain": team.domain, "email_domain": ""}}


def bots_info(state: State, arguments: Arguments) -> Json:
    """Describe the app's own bot."""
    if arguments.text("bot", state.app.bot_id) != state.app.bot_id:
        raise SlackError("bot_not_found")
    return {
        "bot": {
            "id": state.app.bot_id,
            "deleted": False,
            "name": state.app.name,
            "app_id": state.app.id,
            "user_id": state.app.bot_user_id,
        }
    }


METHODS: dict[str, Method] = {
    "api.test": api_test,
    "auth.test": auth_test,
    "team.info": team_info,
    "bots.info": bots_info,
}
