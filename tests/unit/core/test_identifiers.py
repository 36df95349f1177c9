"""Codes people can type, tokens nobody can guess."""

import random
import re
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from elearn.core.identifiers import (
    CODE_ALPHABET,
    new_client_id,
    new_code,
    new_public_id,
    new_seed,
    new_token,
    normal_code,
    token_hash,
)

_codes = st.lists(st.sampled_from(CODE_ALPHABET), min_size=16, max_size=16).map("".join)


def _grouped(letters: str) -> str:
    return "-".join(letters[i : i + 4] for i in range(0, 16, 4))


def test_the_alphabet_has_32_letters_none_of_which_is_taken_for_another() -> None:
    assert len(CODE_ALPHABET) == len(set(CODE_ALPHABET)) == 32
    assert not set(CODE_ALPHABET) & set("01OI")
    assert CODE_ALPHABET.upper() == CODE_ALPHABET


def test_a_code_has_four_groups_of_four() -> None:
    for _ in range(200):
        assert re.fullmatch(r"[2-9A-HJ-NP-Z]{4}(-[2-9A-HJ-NP-Z]{4}){3}", new_code())


def test_codes_do_not_repeat_and_use_every_letter() -> None:
    codes = [new_code() for _ in range(2000)]

    assert len(set(codes)) == 2000
    assert set("".join(codes)) == {*CODE_ALPHABET, "-"}


@given(_codes, st.booleans(), st.sampled_from(["", " ", "-", " - ", "–", "—", "\u00a0"]))
def test_a_code_is_understood_however_it_is_typed(letters: str, small: bool, between: str) -> None:
    typed = between.join(letters[i : i + 4] for i in range(0, 16, 4))

    assert normal_code(typed.lower() if small else typed) == _grouped(letters)
    assert normal_code(f"  {typed} ") == _grouped(letters)


@given(st.text(max_size=40))
def test_a_code_that_is_understood_is_a_code(typed: str) -> None:
    found = normal_code(typed)

    assert found is None or (len(found) == 19 and normal_code(found) == found and set(found) <= {*CODE_ALPHABET, "-"})


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "-",
        "CK7Q-4M2X-9RTD-H6W",
        "CK7Q-4M2X-9RTD-H6WPP",
        "CK7O-4M2X-9RTD-H6WP",  # O is no letter of a code
        "CK71-4M2X-9RTD-H6WP",
        "СК7Q-4M2X-9RTD-H6WP",  # the first two are Cyrillic
        "CK7Q/4M2X/9RTD/H6WP",
        "' OR 1=1 --",
    ],
)
def test_what_cannot_be_a_code_is_none(typed: str) -> None:
    assert normal_code(typed) is None


def test_tokens_and_ids_are_long_safe_in_a_url_and_new_each_time() -> None:
    for make, length in ((new_token, 43), (new_public_id, 22)):
        made = {make() for _ in range(500)}
        assert len(made) == 500
        assert all(re.fullmatch(rf"[A-Za-z0-9_-]{{{length}}}", one) for one in made)


def test_what_is_stored_of_a_token_is_its_sha_256() -> None:
    assert token_hash("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"


def test_a_seed_fits_every_database() -> None:
    assert all(0 <= new_seed() < 2**63 for _ in range(500))


def test_client_ids_are_random_uuids() -> None:
    assert {new_client_id().version for _ in range(20)} == {4}


def test_no_public_id_begins_like_an_option_of_a_command() -> None:
    assert not any(new_public_id().startswith("-") for _ in range(2_000))


@pytest.mark.parametrize("make", [new_code, new_token, new_public_id, new_seed, new_client_id])
def test_no_seed_tells_what_comes(make: Callable[[], object]) -> None:
    random.seed(7)
    first = make()
    random.seed(7)
    assert make() != first
