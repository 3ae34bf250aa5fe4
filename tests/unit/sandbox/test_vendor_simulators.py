"""The vendors answer as their documents say."""

from typing import Any

import aiohttp
import pytest

from sandbox.parts import GITHUB_TOKEN, Server
from sandbox.tenancies import AXIOM_TOKEN, AXOLO_KEY
from sandbox.vendors.axiom_model import Token

ADA = {"name": "Ada Moreno", "email": "ada@acme.example", "role": "user"}
ENGINEER = {"organization": "acme", "githubLogin": "octocat", "slackId": "U0ADAMOR01"}


class Api:
    """One vendor, with the headers of whoever asks."""

    def __init__(self, http: aiohttp.ClientSession, url: str, headers: dict[str, str]) -> None:
        self.http, self.url, self.headers = http, url, headers

    async def ask(self, method: str, path: str, body: object = None) -> tuple[int, Any]:
        async with self.http.request(
            method, f"{self.url}{path}", json=body, headers=self.headers, allow_redirects=False
        ) as answer:
            is_json = answer.content_type == "application/json" and answer.status != 204
            return answer.status, await answer.json() if is_json else None


@pytest.fixture
def axiom(server: Server, http: aiohttp.ClientSession) -> Api:
    return Api(http, f"{server.url}/axiom", {"Authorization": f"Bearer {AXIOM_TOKEN}"})


@pytest.fixture
def axolo(server: Server, http: aiohttp.ClientSession) -> Api:
    return Api(http, f"{server.url}/axolo", {"x-api-key": AXOLO_KEY})


@pytest.fixture
def github(server: Server, http: aiohttp.ClientSession) -> Api:
    return Api(http, f"{server.url}/github", {"Authorization": f"Bearer {GITHUB_TOKEN}"})


async def test_axiom_creates_lists_and_deletes(server: Server, axiom: Api) -> None:
    status, created = await axiom.ask("POST", "/v2/users", ADA)
    assert status == 200
    assert created["role"] == {"id": "user", "name": "user"}
    status, listed = await axiom.ask("GET", "/v2/users")
    assert (status, created in listed) == (200, True)
    assert await axiom.ask("GET", f"/v2/users/{created['id']}") == (200, created)
    assert await axiom.ask("DELETE", f"/v2/users/{created['id']}") == (204, None)
    gone = (404, {"message": "user not found"})
    assert await axiom.ask("DELETE", f"/v2/users/{created['id']}") == gone
    assert server.axiom.user("ada@acme.example") is None


async def test_axiom_refuses_a_second_user_of_one_address(axiom: Api) -> None:
    await axiom.ask("POST", "/v2/users", ADA)
    again = await axiom.ask("POST", "/v2/users", ADA | {"email": "ADA@acme.example"})
    assert again == (409, {"message": "user already exists"})


@pytest.mark.parametrize("body", [{}, ADA | {"role": "member"}, ADA | {"name": ""}, None])
async def test_axiom_refuses_what_is_incomplete(axiom: Api, body: object) -> None:
    status, said = await axiom.ask("POST", "/v2/users", body)
    assert (status, list(said)) == (400, ["message"])


async def test_axiom_changes_a_role(server: Server, axiom: Api) -> None:
    number = server.axiom.add("Ada Moreno", "ada@acme.example").id
    path = f"/v2/users/{number}/role"
    status, user = await axiom.ask("PUT", path, {"role": "read-only"})
    assert (status, user["role"]["id"]) == (200, "read-only")
    assert (await axiom.ask("PUT", path, {"role": "king"}))[0] == 400
    assert (await axiom.ask("PUT", "/v2/users/nobody/role", {"role": "user"}))[0] == 404


async def test_axiom_lists_its_roles(server: Server, axiom: Api) -> None:
    status, roles = await axiom.ask("GET", "/v2/rbac/roles")
    assert status == 200
    owner = next(role for role in roles if role["id"] == "owner")
    assert owner["members"] == [
        user.id for user in server.axiom.users.values() if user.role == "owner"
    ]


async def test_axiom_knows_tokens_and_what_they_may(server: Server, axiom: Api) -> None:
    server.axiom.tokens["xaat-reader"] = Token("xaat-reader", frozenset({"users|read"}))
    axiom.headers = {"Authorization": "Bearer xaat-reader"}
    assert (await axiom.ask("GET", "/v2/users"))[0] == 200
    assert (await axiom.ask("POST", "/v2/users", ADA))[0] == 403
    axiom.headers = {"Authorization": "Bearer nonsense"}
    assert await axiom.ask("GET", "/v2/users") == (401, {"message": "not authenticated"})


async def test_a_personal_token_names_its_organization_and_changes_its_own_name(
    server: Server, axiom: Api
) -> None:
    owner = server.axiom.add("Ada Moreno", "ada@acme.example")
    other = server.axiom.add("Kenji Mori", "kenji@acme.example")
    server.axiom.tokens["xapt-ada"] = Token("xapt-ada", owner=owner.id)
    axiom.headers = {"Authorization": "Bearer xapt-ada"}
    assert (await axiom.ask("GET", "/v2/users"))[0] == 400
    assert (await axiom.ask("PUT", "/v2/user", {"name": "Ada M."}))[1]["name"] == "Ada M."
    axiom.headers["x-axiom-org-id"] = "acme"
    assert (await axiom.ask("PUT", f"/v2/users/{owner.id}", {"name": "A. M."}))[0] == 200
    assert (await axiom.ask("PUT", f"/v2/users/{other.id}", {"name": "No"}))[0] == 403
    assert (await axiom.ask("PUT", "/v2/user", {"email": "a@b"}))[0] == 400
    assert (owner.name, other.name) == ("A. M.", "Kenji Mori")


async def test_an_api_token_cannot_change_a_name(server: Server, axiom: Api) -> None:
    number = server.axiom.add("Ada Moreno", "ada@acme.example").id
    assert (await axiom.ask("PUT", f"/v2/users/{number}", {"name": "No"}))[0] == 403


async def test_every_answer_of_axiom_can_be_traced(
    server: Server, http: aiohttp.ClientSession
) -> None:
    async with http.get(f"{server.url}/axiom/v2/users") as answer:
        assert answer.status == 401
        assert answer.headers["X-Axiom-Trace-Id"]
        assert int(answer.headers["X-RateLimit-Reset"]) > server.workspace.state.clock() - 60


async def test_axolo_onboards_and_offboards(server: Server, axolo: Api) -> None:
    assert (await axolo.ask("POST", "/v1/engineer/onboard", ENGINEER))[0] == 200
    engineer = server.axolo.engineer("OctoCat")
    assert engineer is not None
    assert engineer.slack_id == "U0ADAMOR01"
    leaving = {"organization": "acme", "githubLogin": "octocat"}
    assert (await axolo.ask("POST", "/v1/engineer/offboard", leaving))[0] == 200
    assert server.axolo.engineers == {}


async def test_axolo_can_be_looked_up_nowhere(axolo: Api) -> None:
    assert (await axolo.ask("GET", "/v1/engineer/onboard"))[0] == 405
    assert (await axolo.ask("GET", "/v1/engineers"))[0] == 404


async def test_axolo_takes_repeats_or_refuses_them(server: Server, axolo: Api) -> None:
    for expected in (200, 409):
        server.axolo.refuses_repeats = expected == 409
        await axolo.ask("POST", "/v1/engineer/onboard", ENGINEER)
        assert (await axolo.ask("POST", "/v1/engineer/onboard", ENGINEER))[0] == expected
    server.axolo.engineers.clear()
    assert (await axolo.ask("POST", "/v1/engineer/offboard", ENGINEER))[0] == 404


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (ENGINEER | {"organization": "Acme"}, 404),
        ({"organization": "acme", "githubLogin": "octocat"}, 400),
        ([], 400),
    ],
)
async def test_axolo_refuses_a_wrong_body(
    server: Server, axolo: Api, body: object, status: int
) -> None:
    answered, said = await axolo.ask("POST", "/v1/engineer/onboard", body)
    assert (answered, list(said)) == (status, ["error"])
    assert server.axolo.engineers == {}


async def test_axolo_refuses_a_wrong_key_and_keeps_it_out_of_the_journal(
    server: Server, axolo: Api
) -> None:
    axolo.headers = {"x-api-key": "wrong"}
    assert (await axolo.ask("POST", "/v1/engineer/onboard", ENGINEER))[0] == 401
    (call,) = server.axolo.journal.asked("POST", "/v1/engineer/onboard")
    assert (call.status, call.body) == (401, ENGINEER)
    assert "wrong" not in str(call.headers)


async def test_github_finds_people_whatever_the_case(server: Server, github: Api) -> None:
    status, user = await github.ask("GET", "/users/OCTOCAT")
    assert (status, user["login"], user["type"]) == (200, "octocat", "User")
    server.github.rename("octocat", "ada-moreno")
    assert (await github.ask("GET", "/users/octocat"))[0] == 404
    assert (await github.ask("GET", f"/user/{user['id']}"))[1]["login"] == "ada-moreno"
    assert (await github.ask("GET", "/user/nonsense"))[0] == 404


async def test_github_answers_the_case_of_an_organization(github: Api) -> None:
    assert (await github.ask("GET", "/orgs/ACME"))[1]["login"] == "acme"
    status, said = await github.ask("GET", "/orgs/elsewhere")
    assert (status, said["message"]) == (404, "Not Found")


async def test_github_knows_members_and_the_invited(server: Server, github: Api) -> None:
    server.github.add("waits", membership="pending")
    server.github.add("outside", membership=None)
    assert await github.ask("GET", "/orgs/acme/members/octocat") == (204, None)
    assert (await github.ask("GET", "/orgs/acme/members/waits"))[0] == 404
    waiting = await github.ask("GET", "/orgs/acme/memberships/waits")
    assert (waiting[0], waiting[1]["state"]) == (200, "pending")
    assert (await github.ask("GET", "/orgs/acme/memberships/outside"))[0] == 404


async def test_github_wants_a_user_agent_and_good_credentials(github: Api) -> None:
    github.headers = {"Authorization": "Bearer wrong"}
    status, said = await github.ask("GET", "/users/octocat")
    assert (status, said["message"]) == (401, "Bad credentials")
    github.headers = {"User-Agent": ""}
    assert (await github.ask("GET", "/users/nobody-at-all"))[0] == 403
    github.headers = {}
    assert (await github.ask("GET", "/users/octocat"))[0] == 200
