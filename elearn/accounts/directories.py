"""Directories that know people's passwords, behind one adapter; so far there is LDAP (``ldap``).

A directory says whether a name and a password belong together, and nothing else is asked of it: accounts, names and
roles are those of this site, and no password that it knows is kept here.
"""

from dataclasses import dataclass
from typing import Protocol

from elearn.core.refusals import Unsound
from elearn.settings import Settings


class DirectorySilent(Unsound):
    """The directory was not reached in time, or cannot answer."""

    message = "The directory that knows your password does not answer just now. Try again in a few minutes."


@dataclass(frozen=True, slots=True)
class DirectoryPerson:
    """Somebody whose password was right: their name as the directory was asked for it."""

    name: str


class Directory(Protocol):
    """Knows passwords."""

    def check(self, name: str, password: str) -> DirectoryPerson | None:
        """Who it is, if the password is theirs. May take long; raises DirectorySilent."""

    def reach(self) -> None:
        """See whether it answers. Raises DirectorySilent."""


def directory_of(settings: Settings) -> Directory | None:
    """The directory that the settings name."""
    if settings.ldap_host is None:
        return None
    from elearn.accounts.ldap import LdapDirectory

    return LdapDirectory(settings)
