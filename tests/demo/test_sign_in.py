"""Sign in with Poe: OAuth with PKCE."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest

from poe_tui.demo.routes import s256
from poe_tui.demo.service import DemoService
from tests.demo.conversation import http

REDIRECT = "http://127.0.0.1:7777/callback"
VERIFIER = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
ASKED = {
    "client_id": "anyone",
    "redirect_uri": REDIRECT,
    "response_type": "code",
    "scope": "apikey:create",
    "code_challenge": "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM",
    "code_challenge_method": "S256",
    "state": "abc",
}


def test_the_challenge_is_that_of_the_specification() -> None:
    assert s256(VERIFIER) == ASKED["code_challenge"]


def test_a_code_is_good_for_one_key(demo: DemoService) -> None:
    with http(demo, key="") as client:
        answer = client.get("/oauth/authorize", params=ASKED)
        assert answer.status_code == 302
        given = parse_qs(urlsplit(answer.headers["location"]).query)
        assert given["state"] == ["abc"]
        form = {
            "grant_type": "authorization_code",
            "client_id": "anyone",
            "code": given["code"][0],
            "redirect_uri": REDIRECT,
            "code_verifier": VERIFIER,
        }
        token = client.post("/token", data=form)
        assert token.json() == {"api_key": demo.key, "api_key_expires_in": None}
        again = client.post("/token", data=form)
    assert (again.status_code, again.json()) == (400, {"error": "invalid_grant"})


def test_a_wrong_verifier_gets_no_key(demo: DemoService) -> None:
    with http(demo, key="") as client:
        location = client.get("/oauth/authorize", params=ASKED).headers["location"]
        code = parse_qs(urlsplit(location).query)["code"][0]
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": REDIRECT,
            "code_verifier": "wrong",
        }
        assert client.post("/token", data=form).json() == {"error": "invalid_grant"}
        assert client.post("/token", data={}).json() == {"error": "invalid_request"}


@pytest.mark.parametrize(
    ("changed", "error"),
    [
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"scope": "everything"}, "invalid_scope"),
        ({"code_challenge_method": "plain"}, "invalid_request"),
        ({"redirect_uri": "https://evil.example/"}, "invalid_request"),
    ],
)
def test_a_faulty_request_is_refused(
    demo: DemoService, changed: dict[str, str], error: str
) -> None:
    with http(demo, key="") as client:
        answer = client.get("/oauth/authorize", params=ASKED | changed)
    assert (answer.status_code, answer.json()) == (400, {"error": error})
