"""One Ambition instance for the tests: its headers, and what is sent to it."""

TOKEN = "ambition-token"
HEADERS = {"Authorization": f"Token {TOKEN}"}
ADA = "ada@acme.example"
KENJI = "kenji@acme.example"
DONE: tuple[int, object] = (201, {"errors": []})


def row(username: str = ADA, **more: object) -> dict[str, object]:
    """Return an account as POST /api/v1/account/ takes it."""
    names = {"first_name": "Ada", "last_name": "Moreno"}
    return {"username": username, "email": username, **names, "is_active": True, **more}
