"""Passwords: what is refused, and that a hash is checked whatever the keyboard sent."""

import random
import unicodedata

import pytest
from argon2 import PasswordHasher

from elearn.security.breached import FILTER
from elearn.security.passwords import (
    LONGEST,
    PasswordHoldsName,
    Passwords,
    PasswordTooLong,
    PasswordTooPlain,
    PasswordTooShort,
    WeakPassword,
    check_strength,
    common_passwords,
)

CHEAP = Passwords(memory_mib=1, rounds=1)


@pytest.mark.parametrize(
    "password",
    [
        "correct horse battery",
        "ветер над степью ночью",
        "тоғай ішіндегі көл",
        "ck7q-4m2x-9rtd-h6wp",
        "Oʻrmonda qor yogʻdi",
    ],
)
def test_a_long_password_in_any_alphabet_is_taken(password: str) -> None:
    check_strength(password, "Aigul", "aigul")


@pytest.mark.parametrize(
    ("password", "refusal"),
    [
        ("", PasswordTooShort),
        ("short", PasswordTooShort),
        ("eleven char", PasswordTooShort),
        ("x1" * LONGEST, PasswordTooLong),
        ("aaaaaaaaaaaaaaaa", PasswordTooPlain),
        ("abababababab", PasswordTooPlain),
        ("123456789012", PasswordTooPlain),
        ("qwertyuiopas", PasswordTooPlain),
        ("lkjhgfdsapoi", PasswordTooPlain),
        ("йцукенгшщзхъ", PasswordTooPlain),
        ("passwordpassword", PasswordTooPlain),
        ("Password123456", PasswordTooPlain),
        ("ПАРОЛЬ 2026 2026", PasswordTooPlain),
        ("summer with aigul", PasswordHoldsName),
        ("СЕРІКҚЫЗЫ-2026", PasswordHoldsName),
    ],
)
def test_a_password_that_would_be_guessed_is_refused(password: str, refusal: type[WeakPassword]) -> None:
    with pytest.raises(refusal):
        check_strength(password, "Aigul", "Серікқызы")


def test_a_short_name_in_a_password_is_no_reason() -> None:
    check_strength("an ode to autumn rain", "An", "Ode")


def test_every_refusal_has_a_sentence() -> None:
    for refusal in (PasswordTooShort, PasswordTooLong, PasswordTooPlain, PasswordHoldsName):
        assert str(refusal()).endswith(".")


def test_a_password_matches_its_hash_and_no_other() -> None:
    stored = CHEAP.hash("correct horse battery")

    assert CHEAP.matches(stored, "correct horse battery")
    assert not CHEAP.matches(stored, "correct horse batterz")
    assert not CHEAP.matches(stored, "")


def test_the_same_password_has_another_hash_each_time_and_argon2id_made_it() -> None:
    first, second = CHEAP.hash("correct horse battery"), CHEAP.hash("correct horse battery")

    assert first != second
    assert first.startswith("$argon2id$")


def test_letters_made_of_two_characters_are_the_same_letters() -> None:
    password = "долгий йогурт Әлия"
    stored = CHEAP.hash(unicodedata.normalize("NFD", password))

    assert CHEAP.matches(stored, unicodedata.normalize("NFC", password))


def test_an_account_without_a_password_matches_nothing() -> None:
    assert not CHEAP.matches(None, "nobody has this password")
    assert not CHEAP.matches(None, "")


@pytest.mark.parametrize("stored", ["", "not a hash", "$argon2id$v=19$broken", "plain text password"])
def test_a_damaged_hash_matches_nothing(stored: str) -> None:
    assert not CHEAP.matches(stored, "correct horse battery")


def test_a_hash_of_another_cost_is_stale() -> None:
    stored = CHEAP.hash("correct horse battery")

    assert not CHEAP.is_stale(stored)
    assert Passwords(memory_mib=2, rounds=1).is_stale(stored)
    assert Passwords(memory_mib=2, rounds=1).matches(stored, "correct horse battery")


def test_the_usual_cost_is_that_of_the_owasp_cheat_sheet() -> None:
    assert "$m=19456,t=2,p=1$" in Passwords().hash("correct horse battery")


def test_an_account_without_a_password_costs_as_much_as_one_with(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is timed: what takes the time is counted, with the cost at which it is done."""
    costs: list[str] = []
    verify = PasswordHasher.verify

    def counted(self: PasswordHasher, hashed: str | bytes, password: str | bytes) -> bool:
        assert isinstance(hashed, str)
        costs.append(hashed.split("$")[3])
        return verify(self, hashed, password)

    monkeypatch.setattr(PasswordHasher, "verify", counted)
    stored = CHEAP.hash("correct horse battery")
    found = [CHEAP.matches(held, "wrong horse battery") for held in (stored, None, "")]
    assert (found, len(costs), len(set(costs))) == ([False] * 3, 3, 1)


def test_the_most_common_passwords_are_refused_as_they_are_and_dressed_up() -> None:
    """ASVS 5.0, 6.2.4: at least 3,000, in any dress that is tried next."""
    assert len(common_passwords()) >= 4000
    listed = [word for word in common_passwords() if len(word) >= 12]
    assert len(listed) > 300
    for word in (*listed, "football-2026", "!!Starwars1977", "2024_butterfly"):
        with pytest.raises(PasswordTooPlain):
            check_strength(word)


@pytest.mark.parametrize(
    "password",
    ["!@#qweasd876", "..P7w2Ilh4lI", "001002003004", "#Hausbaum123", "#hausbaum123", "00782302783s", "!benedikt16!"],
)
def test_a_password_that_became_known_in_a_breach_is_refused(password: str) -> None:
    """ASVS 5.0, 6.2.4 and 6.2.12: none of these stands in the list of the most common ones."""
    assert password.casefold() not in common_passwords()
    with pytest.raises(PasswordTooPlain):
        check_strength(password)


def test_other_passwords_are_rarely_taken_for_one_of_a_breach() -> None:
    chance = random.Random(5)  # noqa: S311
    letters = "abcdefghijkmnpqrstuvwxyzабвгдежзиклмнопрстуфхцчшэюя23456789 -"
    refused = 0
    for _ in range(3000):
        try:
            check_strength("".join(chance.choice(letters) for _ in range(16)))
        except PasswordTooPlain:
            refused += 1
    assert refused < 12, "some three in 3,000"
    bits = int.from_bytes(FILTER.read_bytes())
    assert 0.49 < bits.bit_count() / (8 * FILTER.stat().st_size) < 0.51
