"""The words of a name that a password may not hold."""

import pytest

from elearn.accounts.rules import name_words
from elearn.security.passwords import PasswordHoldsName, check_strength


@pytest.mark.parametrize("password", ["my serikova pass", "Айгүл и её пароль", "a.serikova@home!"])
def test_a_password_holds_no_word_of_a_name(password: str) -> None:
    with pytest.raises(PasswordHoldsName):
        check_strength(password, *name_words("Айгүл Әбдірахманова", "a.serikova", None))


def test_a_short_word_of_a_name_does_not_forbid_its_letters() -> None:
    check_strength("limitless sky above", *name_words("Li Yu", "li"))
