"""Which sites may have passkeys, and answers of browsers that are none. Good ones are tested in a browser."""

import json

import pytest

from elearn.security.passkeys import (
    BadAnswer,
    PasskeySite,
    answering_id,
    asked_passkeys,
    challenge_of,
    made_passkey,
    passkey_site,
    proven_count,
    wanted_passkey,
)

SITE = PasskeySite("training.example", "https://training.example")
SECRET = b"s" * 32
NONE = (
    "",
    "nonsense",
    "{}",
    "[]",
    "null",
    '{"id": 1}',
    "[" * 15_000,
    "x" * 20_001,
    json.dumps({"id": "AAAA", "rawId": "AAAA", "type": "public-key", "response": {}}),
    json.dumps(
        {
            "id": "AAAA",
            "rawId": "AAAA",
            "type": "public-key",
            "response": {"clientDataJSON": "e30", "attestationObject": "oA", "authenticatorData": "", "signature": ""},
        }
    ),
)


@pytest.mark.parametrize(
    ("address", "site"),
    [
        ("https://training.example", SITE),
        ("https://training.example:8443", PasskeySite("training.example", "https://training.example:8443")),
        ("http://localhost:8000", PasskeySite("localhost", "http://localhost:8000")),
        ("http://training.example", None),
        ("https://10.1.2.3", None),
        ("https://[::1]", None),
        ("http://127.0.0.1:8000", None),
        (None, None),
    ],
)
def test_a_site_with_https_and_a_name_may_have_passkeys(address: str | None, site: PasskeySite | None) -> None:
    assert passkey_site(address) == site


@pytest.mark.parametrize("answer", NONE, ids=range(len(NONE)))
def test_what_is_no_answer_is_refused_and_nothing_else_happens(answer: str) -> None:
    with pytest.raises(BadAnswer):
        made_passkey(SITE, b"c" * 32, answer)
    with pytest.raises(BadAnswer):
        proven_count(SITE, b"c" * 32, answer, public_key=b"", count=0)
    assert answering_id(answer) in ("", "AAAA")


def test_what_is_to_be_signed_differs_with_everything_it_is_about() -> None:
    challenges = {
        challenge_of(SECRET, "new", "a", "1"),
        challenge_of(SECRET, "new", "a", "2"),
        challenge_of(SECRET, "new", "a1"),
        challenge_of(SECRET, "sign-in", "a", "1"),
        challenge_of(b"t" * 32, "new", "a", "1"),
    }
    assert len(challenges) == 5


def test_a_browser_is_told_the_site_and_which_passkeys_are_known() -> None:
    wanted = json.loads(
        wanted_passkey(SITE, b"c" * 32, public_id="p" * 22, name="a.serikova", site_name="FIU", known=["AAAA"])
    )
    assert wanted["rp"] == {"id": "training.example", "name": "FIU"}
    assert [each["id"] for each in wanted["excludeCredentials"]] == ["AAAA"]
    asked = json.loads(asked_passkeys(SITE, b"c" * 32, ["AAAA", "BBBB"]))
    assert asked["rpId"] == "training.example"
    assert [each["id"] for each in asked["allowCredentials"]] == ["AAAA", "BBBB"]
