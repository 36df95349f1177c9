"""Passwords that are made here, and the words of a name that a password may not hold."""

import pytest

from elearn.accounts.rules import name_words
from elearn.accounts.services import generated_password
from elearn.security.passwords import PasswordHoldsName, check_strength


def test_a_generated_password_is_strong_and_plain_to_read() -> None:
    for _ in range(200):
        password = generated_password()
        check_strength(password, "anna")
        assert len(password) == 19
        assert not set(password) & set("01ilo")


@pytest.mark.parametrize("password", ["my serikova pass", "Айгүл и её пароль", "a.serikova@home!"])
def test_a_password_holds_no_word_of_a_name(password: str) -> None:
    with pytest.raises(PasswordHoldsName):
        check_strength(password, *name_words("Айгүл Әбдірахманова", "a.serikova", None))


def test_a_short_word_of_a_name_does_not_forbid_its_letters() -> None:
    check_strength("limitless sky above", *name_words("Li Yu", "li"))
