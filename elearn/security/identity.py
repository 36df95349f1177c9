"""Who is asking: a signed-in person with everything a decision needs."""

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from elearn.security.policy import Grant, Permission, Reach, permissions_of, reach_of


@dataclass(frozen=True)
class Identity:
    """A signed-in person, as one query found them. Flask-Login's interface, and what the product asks of it."""

    person_id: int
    public_id: str
    full_name: str
    sign_in_name: str
    language: str | None
    agency_id: int
    country: str
    grants: tuple[Grant, ...]
    session_id: int
    session_hash: str  # of the session's token: what CSRF tokens are bound to
    seen_at: datetime
    unread_count: int = 0  # notices that wait unread
    reading: str | None = None  # how they read, see ``web.reading``
    is_shared_device: bool = False
    is_second_proven: bool = False  # a code of the second step was given for this session

    is_authenticated = True
    is_active = True
    is_anonymous = False

    def get_id(self) -> str:
        """The session, for Flask-Login."""
        return self.session_hash

    @cached_property
    def permissions(self) -> frozenset[Permission]:
        """Everything the person may do over some scope."""
        return permissions_of(self.grants)

    def may(self, permission: Permission) -> bool:
        """Whether the person may do this over some scope."""
        return permission in self.permissions

    def reach(self, permission: Permission) -> Reach:
        """How far a permission goes."""
        return reach_of(permission, self.grants, own_agency=self.agency_id)
