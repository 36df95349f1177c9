"""Tables of people, agencies, cohorts, grants and sessions."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, false, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from elearn.db.base import Base


class Country(Base):
    """A country; ``code`` is ISO 3166-1 alpha-2 (XA–XZ are free for invented ones)."""

    __tablename__ = "country"

    code: Mapped[str] = mapped_column(String(2), primary_key=True)
    name: Mapped[str] = mapped_column(String(200))


class Agency(Base):
    """A unit whose people learn here; ``parent_id`` is the agency that it stands below, None at the top."""

    __tablename__ = "agency"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(40), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    country_code: Mapped[str] = mapped_column(ForeignKey("country.code"), index=True)
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("agency.id"), index=True)

    country: Mapped[Country] = relationship(lazy="raise")


class AgencyBelow(Base):
    """One agency is another, or stands somewhere below it: every pair of the tree, so that no query has to climb."""

    __tablename__ = "agency_below"

    agency_id: Mapped[int] = mapped_column(ForeignKey("agency.id"), primary_key=True)
    below_id: Mapped[int] = mapped_column(ForeignKey("agency.id"), primary_key=True, index=True)


class Person(Base):
    """Somebody with an account. ``sign_in_name`` is stored folded; an e-mail address is not needed."""

    __tablename__ = "person"
    __table_args__ = (Index("uq_person_agency_id_staff_number", "agency_id", "staff_number", unique=True),)

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(22), unique=True)
    sign_in_name: Mapped[str] = mapped_column(String(60), unique=True)
    full_name: Mapped[str] = mapped_column(String(200))
    latin_name: Mapped[str | None] = mapped_column(String(200))  # as in the passport, for certificates
    staff_number: Mapped[str | None] = mapped_column(String(40))  # the agency's own; once in an agency
    email: Mapped[str | None] = mapped_column(String(254))
    language: Mapped[str | None] = mapped_column(String(10))  # None: as the browser asks
    reading: Mapped[str | None] = mapped_column(String(80))  # the words of web.reading; None: nothing was chosen
    agency_id: Mapped[int] = mapped_column(ForeignKey("agency.id"), index=True)
    password_hash: Mapped[str | None] = mapped_column(String(200))  # None: cannot sign in yet
    created_at: Mapped[datetime]
    disabled_at: Mapped[datetime | None]  # set: cannot sign in any more; the records stay
    left_on: Mapped[date | None]  # the last day in the service; None: did not leave, or nobody wrote it down
    leaving: Mapped[str | None] = mapped_column(String(20))  # rules.Leaving: why the account was disabled
    data_given_at: Mapped[datetime | None]  # when they last asked for all that is held about them
    erased_at: Mapped[datetime | None]  # set: what told who this was is gone, for good
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))  # whose records these became, for good
    wants_digest: Mapped[bool] = mapped_column(default=False, server_default=false())  # by e-mail, once a day

    agency: Mapped[Agency] = relationship(lazy="raise")


class AgencyStay(Base):
    """A time that a person belonged to an agency which they left since; where they are now stands on the person."""

    __tablename__ = "agency_stay"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    agency_id: Mapped[int] = mapped_column(ForeignKey("agency.id"))
    since: Mapped[datetime]
    until: Mapped[datetime]

    agency: Mapped[Agency] = relationship(lazy="raise")


def _once(name: str, column: str, where: str | None = None) -> Index:
    """A grant is given once: a unique index over one kind of scope (a plain constraint lets NULLs through)."""
    condition = text(where or f"{column} IS NOT NULL")
    return Index(
        f"uq_role_grant_{name}",
        "person_id",
        "role",
        column,
        unique=True,
        sqlite_where=condition,
        postgresql_where=condition,
    )


class RoleGrant(Base):
    """A role of a person over a scope."""

    __tablename__ = "role_grant"
    __table_args__ = (
        _once("agency", "agency_id"),
        _once("country", "country_code"),
        _once("scope", "scope", where="agency_id IS NULL AND country_code IS NULL"),
        CheckConstraint(
            "(scope = 'agency') = (agency_id IS NOT NULL) AND (scope = 'country') = (country_code IS NOT NULL)",
            name="scope_has_its_object",
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    role: Mapped[str] = mapped_column(String(20))
    scope: Mapped[str] = mapped_column(String(10))
    agency_id: Mapped[int | None] = mapped_column(ForeignKey("agency.id"))
    country_code: Mapped[str | None] = mapped_column(ForeignKey("country.code"))

    person: Mapped[Person] = relationship(lazy="raise")


class Cohort(Base):
    """A named group of people, who may be of several agencies. ``key`` is the name folded: there is one of each."""

    __tablename__ = "cohort"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(22), unique=True)
    name: Mapped[str] = mapped_column(String(100))
    key: Mapped[str] = mapped_column(String(200), unique=True)
    created_at: Mapped[datetime]
    # Who made it sees it while nobody is in it; None: the command line.
    created_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)


class CohortMember(Base):
    """A person is in a cohort."""

    __tablename__ = "cohort_member"

    cohort_id: Mapped[int] = mapped_column(ForeignKey("cohort.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True, index=True)
    joined_at: Mapped[datetime]


class UserSession(Base):
    """One sign-in on one device.

    ``token_hash`` is SHA-256 of the cookie's token: the table cannot be used to sign in.
    """

    __tablename__ = "user_session"

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    is_shared_device: Mapped[bool]
    is_second_proven: Mapped[bool] = mapped_column(default=False, server_default=false())  # with a second step
    door: Mapped[str] = mapped_column(String(20), default="password", server_default="password")  # see rules.Door
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]  # written at most once a minute
    ends_at: Mapped[datetime]  # whatever happens, the session is over then
    ended_at: Mapped[datetime | None]  # signed out, disabled, or the password changed

    person: Mapped[Person] = relationship(lazy="raise")


class SignInAttempt(Base):
    """A failed sign-in, kept to slow down guessing; ``name_hash`` also counts names that no account has."""

    __tablename__ = "sign_in_attempt"
    __table_args__ = (Index("ix_sign_in_attempt_name_hash_at", "name_hash", "at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    name_hash: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime] = mapped_column(index=True)
