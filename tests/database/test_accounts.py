"""People, grants and sessions on both databases."""

from collections.abc import Callable
from datetime import timedelta
from threading import Barrier, Thread

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from elearn.accounts.agencies.queries import agency_within, branches_within
from elearn.accounts.agencies.rules import BelowItself, NotMovable
from elearn.accounts.agencies.services import AgencyDetails, add_agency, change_agency
from elearn.accounts.models import Agency, AgencyBelow, Person, RoleGrant, SignInAttempt, UserSession
from elearn.accounts.queries import (
    PeopleFilter,
    account_of,
    agencies_within,
    agency_by_code,
    count_people,
    grants_held,
    last_seen,
    live_session,
    open_sessions,
    people_rows,
    person_by_public_id,
    person_by_sign_in_name,
    person_with_password,
    person_within,
)
from elearn.accounts.rules import (
    OPERATOR,
    AccountState,
    Administrator,
    AgencyCodeTaken,
    BadFullName,
    BeyondYourReach,
    CountryHasAnotherName,
    LastAdministrator,
    NameTaken,
    NoSuchAgency,
    NoSuchCountry,
    NoSuchGrant,
    NoSuchPerson,
    NotYourself,
    PersonBeyondYourReach,
    SessionLimits,
    TooManyTries,
    UseYourAccount,
    wanted_grant,
)
from elearn.accounts.services import (
    PersonDetails,
    change_password,
    change_person,
    disable_person,
    enable_person,
    end_session,
    end_sessions_of,
    give_role,
    open_session,
    person_moved,
    register_person,
    reserve_sign_in,
    set_password,
    take_role,
    touch_session,
)
from elearn.core.identifiers import new_public_id, token_hash
from elearn.core.refusals import Refusal
from elearn.db.engine import Database
from elearn.security.policy import Permission, Reach, Role, ScopeKind, permissions_of, reach_of
from tests.factories import NOON, a_person, an_agency, password_hash

LIMITS = SessionLimits(idle=timedelta(hours=8), shared_idle=timedelta(minutes=20), whole=timedelta(days=7))
WINDOW = timedelta(minutes=15)
DETAILS = PersonDetails("Айгүл Әбдірахманова", "Aigul Abdirakhmanova", None, "kk")


def over(*agencies: Agency, countries: tuple[str, ...] = (), me: Person | None = None) -> Administrator:
    reach = Reach(agencies=frozenset(agency.id for agency in agencies), countries=frozenset(countries))
    return Administrator(reach, me.id if me else None)


def roles_of(db: Session, person: Person) -> set[str]:
    return {held.text for held in grants_held(db, [person.id])[person.id]}


def together(*acts: Callable[[], None]) -> list[Exception]:
    """Do all at the same moment, each in a thread; the exceptions they ended with."""
    start = Barrier(len(acts))
    problems: list[Exception] = []

    def run(act: Callable[[], None]) -> None:
        start.wait()
        try:
            act()
        except Exception as problem:
            problems.append(problem)

    threads = [Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return problems


# ---- Agencies ----


def test_an_agency_brings_its_country_once(db: Session) -> None:
    add_agency(db, code="kz-fiu", name="Agency", country_code="kz", country_name="Kazakhstan")
    add_agency(db, code="kz-customs", name="Customs", country_code="KZ")
    assert [(each.agency.code, each.country.name, each.people_count) for each in branches_within(db, OPERATOR)] == [
        ("kz-fiu", "Kazakhstan", 0),
        ("kz-customs", "Kazakhstan", 0),
    ]


def test_a_code_is_taken_in_capitals_too(db: Session) -> None:
    an_agency(db, "kz-fiu")
    with pytest.raises(AgencyCodeTaken):
        add_agency(db, code="KZ-FIU", name="Another", country_code="XA", country_name="Country XA")
    found = agency_by_code(db, " Kz-Fiu ")
    assert found is not None
    assert found.code == "kz-fiu"
    assert agency_by_code(db, "a\x00b") is None


def test_a_country_has_one_name(db: Session) -> None:
    an_agency(db, "one")
    with pytest.raises(CountryHasAnotherName):
        add_agency(db, code="two", name="Two", country_code="XA", country_name="Elsewhere")


def test_two_moves_at_a_time_tie_no_knot(database: Database) -> None:
    with database.writing() as session:
        for code in ("one", "two"):
            an_agency(session, code)
        session.commit()

    def move(code: str, below: str) -> None:
        with database.writing() as session:
            agency, parent = agency_within(session, code, OPERATOR), agency_within(session, below, OPERATOR)
            change_agency(session, agency, AgencyDetails(agency.name, parent), actor=OPERATOR, now=NOON)
            session.commit()

    problems = together(lambda: move("one", "two"), lambda: move("two", "one"))

    assert [type(problem) for problem in problems] == [BelowItself]
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(AgencyBelow)) == 3


def test_who_reaches_an_agency_alone_cannot_take_it_from_where_it_stands(db: Session) -> None:
    service, other = an_agency(db, "service"), an_agency(db, "other")
    region = an_agency(db, "region", parent=service)
    head = Administrator(Reach(agencies=frozenset({region.id, other.id})))

    for parent in (other, None):
        with pytest.raises(NotMovable):
            change_agency(db, region, AgencyDetails("Region", parent), actor=head, now=NOON)


# ---- People ----


def test_a_sign_in_name_belongs_to_one_person(db: Session) -> None:
    a_person(db, "a.serikova")
    with pytest.raises(NameTaken):
        a_person(db, "A.Serikova")
    assert db.scalar(select(func.count(Person.id))) == 1  # the transaction goes on


def test_a_name_with_markup_is_not_stored(db: Session) -> None:
    with pytest.raises(BadFullName):
        a_person(db, "mallory", full_name="<script>alert(1)</script>")
    assert person_by_sign_in_name(db, "mallory") is None


def test_a_name_that_no_database_stores_finds_nobody(db: Session) -> None:
    a_person(db, "a.serikova")
    for typed in ("a.serikova\x00", "\x00", "", "x" * 5000, "иван"):
        assert person_by_sign_in_name(db, typed) is None
    for public_id in ("\x00" * 22, "x", "ы" * 22, "%00"):
        assert person_by_public_id(db, public_id) is None
        with pytest.raises(NoSuchPerson):
            person_within(db, public_id, OPERATOR.reach)


def test_somebody_out_of_reach_does_not_exist(db: Session) -> None:
    here, there = an_agency(db, "here"), an_agency(db, "there", country="XB")
    person = a_person(db, agency=there)
    assert person_within(db, person.public_id, over(there).reach).agency.country.code == "XB"
    assert person_within(db, person.public_id, over(countries=("XB",)).reach) is person
    for reach in (over(here).reach, over(countries=("XA",)).reach, Reach()):
        with pytest.raises(NoSuchPerson):
            person_within(db, person.public_id, reach)
    with pytest.raises(NoSuchPerson):
        person_within(db, new_public_id(), OPERATOR.reach)


def test_a_list_shows_only_who_is_within_reach(db: Session) -> None:
    here, there = an_agency(db, "here"), an_agency(db, "there", country="XB")
    a_person(db, "one", agency=here)
    a_person(db, "two", agency=there)
    for reach, names in (
        (OPERATOR.reach, ["one", "two"]),
        (over(here).reach, ["one"]),
        (over(countries=("XB",)).reach, ["two"]),
        (over(here, countries=("XB",)).reach, ["one", "two"]),
        (Reach(), []),
    ):
        assert sorted(row.sign_in_name for row in people_rows(db, reach, PeopleFilter())) == names
        assert count_people(db, reach, PeopleFilter()) == len(names)
    assert [agency.code for agency, _country in agencies_within(db, over(countries=("XB",)).reach)] == ["there"]


def found_by(db: Session, words: str) -> list[str]:
    return [row.sign_in_name for row in people_rows(db, OPERATOR.reach, PeopleFilter(words=words))]


def test_people_are_found_by_any_name_in_capitals_or_not(db: Session) -> None:
    a_person(db, "a.serikova", full_name="Айгерим Серикова", latin_name="Aigerim Serikova")
    a_person(db, "other", full_name="Нұрлан Қасымов")
    for words in ("серик", "СЕРИК", "Серикова", "айгерим сер", "сер айгер", "aigerim", "A.SER", "Сер aigerim"):
        assert found_by(db, words) == ["a.serikova"], words
    assert found_by(db, "айгерим қасымов") == []
    assert found_by(db, "қасым") == ["other"]


def test_any_apostrophe_finds_a_name(db: Session) -> None:
    a_person(db, "o.j", full_name="Oʻgʻiloy Joʻrayeva")
    for words in ("o'g'il", "Oʻgʻil", "o’g’iloy", "OʼGʼ", "joʼra"):
        assert found_by(db, words) == ["o.j"], words


def test_signs_of_a_search_pattern_mean_themselves(db: Session) -> None:
    a_person(db, "abc", full_name="Anna Becker")
    for words in ("%", "_", "/", "%%", "a%c", "\x00%", "' OR 1=1 --"):
        assert found_by(db, words) == [], words
    assert found_by(db, "\x00") == ["abc"]  # nothing is left of it to look for


def test_a_list_is_filtered_by_agency_role_and_state(db: Session) -> None:
    here, there = an_agency(db, "here"), an_agency(db, "there")
    a_person(db, "mm", agency=here, roles=((Role.MANAGER, ScopeKind.AGENCY), (Role.MANAGER, ScopeKind.COUNTRY)))
    a_person(db, "dd", agency=there).disabled_at = NOON
    a_person(db, "nn", agency=there, password_hash=None)
    db.flush()

    def names(wanted: PeopleFilter) -> list[str]:
        assert count_people(db, OPERATOR.reach, wanted) == len(people_rows(db, OPERATOR.reach, wanted))
        return [row.sign_in_name for row in people_rows(db, OPERATOR.reach, wanted)]

    assert names(PeopleFilter(agency_id=here.id)) == ["mm"]
    assert names(PeopleFilter(role=Role.MANAGER)) == ["mm"]
    assert names(PeopleFilter(role=Role.TRAINER)) == []
    assert names(PeopleFilter(state=AccountState.ACTIVE)) == ["mm"]
    assert names(PeopleFilter(state=AccountState.DISABLED)) == ["dd"]
    assert names(PeopleFilter(state=AccountState.NO_PASSWORD, agency_id=there.id)) == ["nn"]


def test_a_person_is_registered_only_where_the_administrator_reaches(db: Session) -> None:
    here, there = an_agency(db, "here"), an_agency(db, "there")
    made = {"sign_in_name": "new", "password_hash": "x", "actor": over(here), "now": NOON}
    with pytest.raises(NoSuchAgency):
        register_person(db, DETAILS, agency=there, **made)  # type: ignore[arg-type]
    person = register_person(db, DETAILS, agency=here, **made)  # type: ignore[arg-type]
    assert roles_of(db, person) == {"officer"}
    assert person.language == "kk"


def test_a_person_is_changed_and_moved_within_reach_alone(db: Session) -> None:
    here, there, far = an_agency(db, "here"), an_agency(db, "there"), an_agency(db, "far", country="XB")
    person = a_person(db, agency=here)
    moves: list[tuple[int, int, int]] = []

    def moved(session: Session, *ids: int) -> None:
        moves.append(ids)  # type: ignore[arg-type]

    person_moved.append(moved)
    try:
        actor = over(countries=("XA",))
        change_person(db, person, DETAILS, agency=here, actor=actor, now=NOON)
        change_person(db, person, DETAILS, agency=there, actor=actor, now=NOON)
        with pytest.raises(NoSuchAgency):
            change_person(db, person, DETAILS, agency=far, actor=actor, now=NOON)
    finally:
        person_moved.remove(moved)
    assert person.full_name == "Айгүл Әбдірахманова"
    assert moves == [(person.id, here.id, there.id)]


# ---- Roles ----


def test_nobody_gives_a_role_that_reaches_further_than_they_do(db: Session) -> None:
    here = an_agency(db, "here")
    an_agency(db, "there")
    person = a_person(db, agency=here)
    for text in (
        "manager:agency:there",
        "manager:country:XA",
        "manager:country",
        "organiser:all",
        "administrator:all",
        "trainer",
    ):
        with pytest.raises(BeyondYourReach):
            give_role(db, person, wanted_grant(text), actor=over(here), now=NOON)
        assert roles_of(db, person) == {"officer"}
    for text in ("officer", "manager:agency:here", "administrator:agency:here", "manager:agency"):
        give_role(db, person, wanted_grant(text), actor=over(here), now=NOON)
    # Given twice, it is given once.
    assert roles_of(db, person) == {"officer", "manager:agency:here", "administrator:agency:here"}
    assert len(grants_held(db, [person.id])[person.id]) == 3


def test_a_role_over_what_does_not_exist_is_refused(db: Session) -> None:
    person = a_person(db)
    with pytest.raises(NoSuchAgency):
        give_role(db, person, wanted_grant("manager:agency:nowhere"), actor=OPERATOR, now=NOON)
    with pytest.raises(NoSuchCountry):
        give_role(db, person, wanted_grant("manager:country:QQ"), actor=OPERATOR, now=NOON)


def test_a_role_is_taken_only_within_reach(db: Session) -> None:
    here = an_agency(db, "here")
    person = a_person(db, agency=here, roles=((Role.MANAGER, ScopeKind.AGENCY), (Role.MANAGER, ScopeKind.ALL)))
    with pytest.raises(BeyondYourReach):
        take_role(db, person, wanted_grant("manager:all"), actor=over(here), now=NOON)
    take_role(db, person, wanted_grant("manager:agency:here"), actor=over(here), now=NOON)
    assert roles_of(db, person) == {"officer", "manager:all"}
    with pytest.raises(NoSuchGrant):
        take_role(db, person, wanted_grant("manager:agency:here"), actor=over(here), now=NOON)
    with pytest.raises(PersonBeyondYourReach):
        take_role(db, person, wanted_grant("officer"), actor=over(here), now=NOON)
    take_role(db, person, wanted_grant("manager:all"), actor=OPERATOR, now=NOON)
    take_role(db, person, wanted_grant("officer"), actor=over(here), now=NOON)
    assert roles_of(db, person) == set()


def test_the_last_administrator_over_everything_stays(db: Session) -> None:
    role = wanted_grant("administrator:all")
    first = a_person(db, "first", roles=((Role.ADMINISTRATOR, ScopeKind.ALL),))
    a_person(db, "gone", roles=((Role.ADMINISTRATOR, ScopeKind.ALL),)).disabled_at = NOON
    a_person(db, "never", roles=((Role.ADMINISTRATOR, ScopeKind.ALL),), password_hash=None)
    a_person(db, "small", roles=((Role.ADMINISTRATOR, ScopeKind.AGENCY),))
    db.flush()
    with pytest.raises(LastAdministrator):
        take_role(db, first, role, actor=OPERATOR, now=NOON)
    with pytest.raises(LastAdministrator):
        disable_person(db, first, actor=OPERATOR, now=NOON)
    second = a_person(db, "second", roles=((Role.ADMINISTRATOR, ScopeKind.ALL),))
    take_role(db, first, role, actor=OPERATOR, now=NOON)
    with pytest.raises(LastAdministrator):
        take_role(db, second, role, actor=OPERATOR, now=NOON)


@pytest.mark.parametrize("is_by_role", [True, False])
def test_two_administrators_cannot_remove_each_other_at_the_same_moment(database: Database, is_by_role: bool) -> None:
    for _ in range(5):
        with database.writing() as session:
            people = [a_person(session, roles=((Role.ADMINISTRATOR, ScopeKind.ALL),)) for _ in range(2)]
            ids = [(person.public_id, person.id) for person in people]
            session.commit()

        def remove(whom: tuple[str, int], who: tuple[str, int]) -> None:
            actor = Administrator(OPERATOR.reach, who[1])
            with database.writing() as session:
                person = person_within(session, whom[0], actor.reach)
                if is_by_role:
                    take_role(session, person, wanted_grant("administrator:all"), actor=actor, now=NOON)
                else:
                    disable_person(session, person, actor=actor, now=NOON)
                session.commit()

        problems = together(lambda: remove(ids[0], ids[1]), lambda: remove(ids[1], ids[0]))  # noqa: B023
        assert [type(problem) for problem in problems] == [LastAdministrator]
        with database.writing() as session:  # nobody is left for the next round
            session.execute(update(Person).values(disabled_at=NOON))
            session.commit()


# ---- Powers over accounts ----


@pytest.mark.parametrize(
    "role", [(Role.ADMINISTRATOR, ScopeKind.ALL), (Role.TRAINER, ScopeKind.ALL), (Role.MANAGER, ScopeKind.COUNTRY)]
)
def test_an_account_with_a_wider_role_is_out_of_hand(db: Session, role: tuple[Role, ScopeKind]) -> None:
    here = an_agency(db, "here")
    a_person(db, agency=here, roles=((Role.ADMINISTRATOR, ScopeKind.ALL),))
    person = a_person(db, agency=here, roles=(role,))
    before = person.password_hash
    with pytest.raises(PersonBeyondYourReach):
        set_password(db, person, "new", actor=over(here), now=NOON)
    with pytest.raises(PersonBeyondYourReach):
        disable_person(db, person, actor=over(here), now=NOON)
    with pytest.raises(PersonBeyondYourReach):
        enable_person(db, person, actor=over(here), now=NOON)
    with pytest.raises(PersonBeyondYourReach):
        change_person(db, person, DETAILS, agency=here, actor=over(here), now=NOON)
    assert (person.password_hash, person.disabled_at) == (before, None)


def test_nobody_disables_themselves_or_skips_their_current_password(db: Session) -> None:
    a_person(db, roles=((Role.ADMINISTRATOR, ScopeKind.ALL),))
    me = a_person(db, roles=((Role.ADMINISTRATOR, ScopeKind.ALL),))
    actor = Administrator(OPERATOR.reach, me.id)
    with pytest.raises(NotYourself):
        disable_person(db, me, actor=actor, now=NOON)
    with pytest.raises(UseYourAccount):
        set_password(db, me, "new", actor=actor, now=NOON)


# ---- Sessions ----


def begin(db: Session, person: Person, *, is_shared: bool = False) -> str:
    return open_session(db, person, LIMITS, is_shared_device=is_shared, now=NOON)


def test_a_session_is_live_until_it_is_idle_or_old(db: Session) -> None:
    person = a_person(db, roles=((Role.MANAGER, ScopeKind.AGENCY),))
    token, shared = begin(db, person), begin(db, person, is_shared=True)

    def lives(token: str, after: timedelta) -> bool:
        return live_session(db, token_hash(token), LIMITS, now=NOON + after) is not None

    assert lives(token, timedelta(hours=7))
    assert not lives(token, timedelta(hours=8))
    assert lives(shared, timedelta(minutes=19))
    assert not lives(shared, timedelta(minutes=20))
    for day in range(8):
        db.execute(update(UserSession).values(seen_at=NOON + timedelta(days=day)))
        assert lives(token, timedelta(days=day, minutes=1)) == (day < 7)
    assert live_session(db, token_hash("another"), LIMITS, now=NOON) is None


def test_one_query_tells_who_somebody_is_and_what_they_may_do(db: Session) -> None:
    person = a_person(db, roles=((Role.MANAGER, ScopeKind.COUNTRY), (Role.TRAINER, ScopeKind.ALL)))
    found = live_session(db, token_hash(begin(db, person)), LIMITS, now=NOON)
    assert found is not None
    assert found.person_id == person.id
    allowed = permissions_of(found.grants)
    assert Permission.WRITE_COURSES in allowed
    assert Permission.COMPARE in allowed
    assert Permission.MANAGE_PEOPLE not in allowed
    assert reach_of(Permission.COMPARE, found.grants, own_agency=found.agency_id).countries == {"XA"}


def test_a_person_without_a_role_is_known_and_may_do_nothing(db: Session) -> None:
    person = a_person(db)
    take_role(db, person, wanted_grant("officer"), actor=OPERATOR, now=NOON)
    found = live_session(db, token_hash(begin(db, person)), LIMITS, now=NOON)
    assert found is not None
    assert found.grants == ()


def test_the_database_holds_no_token(db: Session) -> None:
    token = begin(db, a_person(db))
    stored = db.scalars(select(UserSession.token_hash)).one()
    assert token not in stored
    assert stored == token_hash(token)


def test_a_new_password_or_disabling_ends_every_session(db: Session) -> None:
    person, other = a_person(db), a_person(db)
    begin(db, person)
    begin(db, person)
    begin(db, other)
    mine = open_sessions(db, person.id, LIMITS, now=NOON)
    assert len(mine) == 2
    change_password(db, person, "new", now=NOON, keep=mine[0].session_id)
    assert [one.session_id for one in open_sessions(db, person.id, LIMITS, now=NOON)] == [mine[0].session_id]
    disable_person(db, person, actor=OPERATOR, now=NOON)
    enable_person(db, person, actor=OPERATOR, now=NOON)
    assert open_sessions(db, person.id, LIMITS, now=NOON) == []
    assert len(open_sessions(db, other.id, LIMITS, now=NOON)) == 1


def test_a_session_of_a_disabled_person_is_dead_even_if_it_was_not_ended(db: Session) -> None:
    person = a_person(db)
    token = begin(db, person)
    person.disabled_at = NOON
    db.flush()
    assert live_session(db, token_hash(token), LIMITS, now=NOON) is None


def test_sessions_that_are_over_are_not_listed_and_go_at_the_next_sign_in(db: Session) -> None:
    person = a_person(db)
    begin(db, person, is_shared=True)
    begin(db, person)
    later = NOON + timedelta(hours=1)
    listed = open_sessions(db, person.id, LIMITS, now=later)
    assert [one.is_shared_device for one in listed] == [False]
    touch_session(db, listed[0].session_id, now=later)
    assert last_seen(db, [person.id]) == {person.id: later}
    end_session(db, listed[0].session_id, now=later)
    assert open_sessions(db, person.id, LIMITS, now=later) == []
    open_session(db, person, LIMITS, is_shared_device=False, now=NOON + timedelta(days=8))
    assert db.scalar(select(func.count(UserSession.id))) == 1


def test_other_sessions_end_and_this_one_stays(db: Session) -> None:
    person = a_person(db)
    kept = begin(db, person)
    begin(db, person)
    found = live_session(db, token_hash(kept), LIMITS, now=NOON)
    assert found is not None
    end_sessions_of(db, account_of(db, person.id), now=NOON, except_id=found.session_id)
    assert [one.session_id for one in open_sessions(db, person.id, LIMITS, now=NOON)] == [found.session_id]


def test_a_password_that_changed_while_it_was_checked_lets_nobody_in(db: Session) -> None:
    person = a_person(db)
    assert person_with_password(db, person.id, password_hash()) is person
    assert person_with_password(db, person.id, "another hash") is None
    person.disabled_at = NOON
    db.flush()
    assert person_with_password(db, person.id, password_hash()) is None


# ---- Throttling ----


def reserve(session: Session, name: str, *, after: timedelta = timedelta(), tries: int = 3) -> None:
    reserve_sign_in(session, name, tries=tries, window=WINDOW, now=NOON + after)


def test_tries_are_counted_by_name_within_a_window(db: Session) -> None:
    for _ in range(3):
        reserve(db, "nobody")
    with pytest.raises(TooManyTries, match="15 minutes"):
        reserve(db, " NOBODY ")
    reserve(db, "somebody")
    reserve(db, "nobody", after=WINDOW + timedelta(seconds=1))
    # The old tries are gone, also those of other names.
    assert db.scalar(select(func.count(SignInAttempt.id))) == 1


def test_the_right_password_forgives_earlier_tries(db: Session) -> None:
    person = a_person(db, "a.serikova")
    for _ in range(3):
        reserve(db, "a.serikova")
    begin(db, person)
    for _ in range(3):
        reserve(db, "a.serikova")
    with pytest.raises(TooManyTries):
        reserve(db, "a.serikova")
    change_password(db, person, "new", now=NOON)
    reserve(db, "a.serikova")


def test_parallel_tries_for_one_name_never_pass_the_limit(database: Database) -> None:
    for round_number in range(5):
        passed: list[int] = []

        def attempt(name: str = f"nobody{round_number}", passed: list[int] = passed) -> None:
            with database.writing() as session:
                reserve(session, name, tries=8)
                session.commit()
            passed.append(1)

        problems = together(*[attempt] * 16)
        assert len(passed) == 8
        assert {type(problem) for problem in problems} == {TooManyTries}


def test_parallel_tries_for_many_names_all_pass(database: Database) -> None:
    with database.writing() as session:  # old rows, for all to tidy at once
        session.add_all(SignInAttempt(name_hash=f"{number:064}", at=NOON - timedelta(days=1)) for number in range(50))
        session.commit()

    def attempt(name: str) -> None:
        with database.writing() as session:
            reserve(session, name)
            session.commit()

    assert together(*[lambda name=f"n{number}": attempt(name) for number in range(16)]) == []


def test_one_name_is_given_once_to_parallel_takers(database: Database) -> None:
    with database.writing() as session:
        an_agency(session)
        session.commit()

    def take() -> None:
        with database.writing() as session:
            a_person(session, "wanted")
            session.commit()

    problems = together(*[take] * 8)
    assert [type(problem) for problem in problems] == [NameTaken] * 7
    with database.reading() as session:
        assert session.scalar(select(func.count(RoleGrant.id))) == 1


def test_every_refusal_of_this_feature_is_a_sentence() -> None:
    from elearn.accounts import rules

    for kind in vars(rules).values():
        if isinstance(kind, type) and issubclass(kind, Refusal) and kind.__module__ == rules.__name__:
            assert kind.__doc__
            assert kind.message[0].isupper() or kind.message.startswith("%(")
            assert kind.message.rstrip()[-1] in ".X"
