"""Faults to plant: what a tired hand could do to the source, and the test that must notice.

A fault is worth a place here if people would be hurt by it and nobody would see it on a page: a check left out, a
secret shown, an answer lost. Its ``old`` text stands once in the file as it is today.
"""

from typing import NamedTuple


class Fault(NamedTuple):
    """What goes wrong, where, the text as it is and as it would be, and the test that must fail."""

    what: str
    file: str
    old: str
    new: str
    test: str


WEB, ACCOUNTS = "elearn/web", "elearn/accounts"

WHO_MAY = (
    Fault(
        "a permission is not checked",
        f"{WEB}/access.py",
        "if access != SIGNED_IN and access not in person.permissions:",
        "if False:",
        "tests/web/test_people.py::test_only_administrators_manage_people",
    ),
    Fault(
        "an endpoint that declares nothing is open",
        f"{WEB}/access.py",
        "    if access is None:\n        raise NotAllowed",
        "    if access is None:\n        return None",
        "tests/architecture/test_routes.py::test_an_endpoint_that_declares_nothing_is_refused",
    ),
    Fault(
        "the audit log is open to everybody who learns",
        "elearn/oversight/views.py",
        "@needs(Permission.SEE_AUDIT)\ndef log()",
        "@needs(Permission.LEARN)\ndef log()",
        "tests/web/test_audit.py::test_only_administrators_over_everything_see_the_log",
    ),
    Fault(
        "the file of the audit log holds more than was asked for",
        "elearn/oversight/views.py",
        "    if not form.validate():\n        return _refused(form)\n    now = clock()",
        "    form.validate()\n    now = clock()",
        "tests/web/test_audit.py::test_filters_that_cannot_be_meant_are_told_and_neither_page_nor_file_shows_more_than_was_asked",
    ),
    Fault(
        "who came first decides what a shared computer keeps",
        f"{WEB}/shell.py",
        "(person.permissions, person.is_shared_device)",
        "(person.permissions, False)",
        "tests/web/test_courses.py::test_what_is_saved_for_later_is_offered_on_ones_own_computer_alone",
    ),
    Fault(
        "a scope is ignored when somebody is added",
        "elearn/security/policy.py",
        "return self.everywhere or agency_id in self.agencies or country in self.countries",
        "return bool(self)",
        "tests/database/test_accounts.py::test_a_person_is_registered_only_where_the_administrator_reaches[sqlite]",
    ),
    Fault(
        "a scope is ignored when people are listed",
        f"{ACCOUNTS}/queries.py",
        "    if reach.everywhere:\n",
        "    if reach:\n",
        "tests/web/test_people.py::test_others_see_only_who_is_within_reach",
    ),
    Fault(
        "a wide grant shows names",
        "elearn/security/policy.py",
        "_NAMES_ONLY_WITHIN_AGENCIES = frozenset({Permission.SEE_PEOPLE})",
        "_NAMES_ONLY_WITHIN_AGENCIES: frozenset[Permission] = frozenset()",
        "tests/web/test_statistics.py::test_a_manager_over_all_sees_names_of_the_own_agency_only",
    ),
    Fault(
        "an administrator gives more than they have",
        f"{ACCOUNTS}/services.py",
        "    if not actor.may_grant(held):\n        raise BeyondYourReach\n    if grant_role(",
        "    if grant_role(",
        "tests/database/test_accounts.py::test_nobody_gives_a_role_that_reaches_further_than_they_do[sqlite]",
    ),
    Fault(
        "a national coordinator acts for administrators",
        f"{ACCOUNTS}/rules.py",
        "me.person_id, me.reach(Permission.ADMINISTER))",
        "me.person_id)",
        "tests/web/test_coordinators.py::test_they_invite_people_of_the_country_and_no_administrator",
    ),
    Fault(
        "the last administrator can be shut out",
        f"{ACCOUNTS}/services.py",
        "    if not others:\n        raise LastAdministrator",
        "    if others and not others:\n        raise LastAdministrator",
        "tests/web/test_people.py::test_the_last_administrator_over_everything_stays",
    ),
    Fault(
        "an attempt is anybody's who knows its address",
        "elearn/assessment/queries.py",
        '.where(Attempt.public_id == bindparam("public_id"), Enrolment.person_id == bindparam("person_id"))',
        '.where(Attempt.public_id == bindparam("public_id"), bindparam("person_id") > 0)',
        "tests/web/test_quizzes.py::test_somebody_elses_attempt_is_not_there",
    ),
    Fault(
        "a note is read by others",
        "elearn/notes/queries.py",
        "select(Note.enrolment_id, Note.unit, Note.title, Note.text, Note.revision, Note.saved_at, Note.earlier)\n"
        "        .join(Enrolment, Enrolment.id == Note.enrolment_id)\n"
        "        .where(Enrolment.person_id == person_id)",
        "select(Note.enrolment_id, Note.unit, Note.title, Note.text, Note.revision, Note.saved_at, Note.earlier)\n"
        "        .join(Enrolment, Enrolment.id == Note.enrolment_id)",
        "tests/database/test_notes.py::test_nobody_reads_what_is_somebody_elses[sqlite]",
    ),
    Fault(
        "a certificate is printed for anybody",
        "elearn/certificates/views.py",
        "    if award.person_id != identity().person_id:\n        raise NoSuchCertificate\n",
        "",
        "tests/web/test_certificates.py::test_the_paper_is_for_its_holder_alone",
    ),
    Fault(
        "the numbers of small groups are shown",
        "elearn/reporting/disclosure.py",
        "self._small = range(1, threshold)",
        "self._small = range(1, 1)",
        "tests/web/test_statistics.py::test_no_page_and_no_file_shows_a_number_of_one_to_four_of_those_who_are_compared",
    ),
    Fault(
        "anybody reads the metrics",
        f"{WEB}/health.py",
        "if not _may_read_metrics():",
        "if False:",
        "tests/web/test_observing.py::test_any_other_machine_reads_nothing",
    ),
)

SIGNING_IN = (
    Fault(
        "tries to sign in are not counted",
        f"{ACCOUNTS}/services.py",
        "    session.add(SignInAttempt(name_hash=key, at=now))\n",
        "",
        "tests/database/test_accounts.py::test_tries_are_counted_by_name_within_a_window[sqlite]",
    ),
    Fault(
        "tries of the account page are not counted with those of signing in",
        f"{ACCOUNTS}/views.py",
        "        reserve_try(person.sign_in_name)\n",
        "",
        "tests/web/test_people.py::test_guessing_the_current_password_counts_as_signing_in",
    ),
    Fault(
        "an account that nobody has is answered in other words",
        f"{ACCOUNTS}/views.py",
        "    is_right = site_passwords().matches(stored, password)\n",
        "    if stored is None:\n        raise TooManyTries(minutes=1)\n"
        "    is_right = site_passwords().matches(stored, password)\n",
        "tests/web/test_sign_in.py::test_unknown_wrong_disabled_and_unset_accounts_get_the_same_answer",
    ),
    Fault(
        "an account that nobody has is answered sooner",
        "elearn/security/passwords.py",
        "        try:\n            self._hasher.verify(stored or self._nobody,",
        "        if stored is None:\n            return False\n        try:\n            self._hasher.verify(stored,",
        "tests/unit/security/test_passwords.py::test_an_account_without_a_password_costs_as_much_as_one_with",
    ),
    Fault(
        "a session outlives a new password",
        f"{ACCOUNTS}/services.py",
        "    ended = end_sessions_of(session, person, now=now, except_id=keep)\n    if is_forgiving",
        "    ended = 0\n    if is_forgiving",
        "tests/database/test_accounts.py::test_a_new_password_or_disabling_ends_every_session[sqlite]",
    ),
    Fault(
        "a session outlives signing out",
        f"{ACCOUNTS}/queries.py",
        'UserSession.token_hash == bindparam("token_hash"),\n        UserSession.ended_at.is_(None),',
        'UserSession.token_hash == bindparam("token_hash"),',
        "tests/web/test_sign_in.py::test_a_session_is_dead_on_the_server_after_signing_out",
    ),
    Fault(
        "a session outlives the disabling of its person",
        f"{ACCOUNTS}/queries.py",
        "        UserSession.ended_at.is_(None),\n        Person.disabled_at.is_(None),\n    )\n)",
        "        UserSession.ended_at.is_(None),\n    )\n)",
        "tests/database/test_accounts.py::test_a_session_of_a_disabled_person_is_dead_even_if_it_was_not_ended[sqlite]",
    ),
    Fault(
        "a session on a shared computer never falls asleep",
        f"{ACCOUNTS}/rules.py",
        "return now < ends_at and now - seen_at < idle",
        "return now < ends_at",
        "tests/web/test_sign_in.py::test_a_shared_computer_forgets_sooner",
    ),
    Fault(
        "the database holds the tokens of sessions",
        f"{ACCOUNTS}/services.py",
        "token_hash=token_hash(token),",
        "token_hash=token,",
        "tests/database/test_accounts.py::test_the_database_holds_no_token[sqlite]",
    ),
    Fault(
        "a script can read the session's cookie",
        f"{ACCOUNTS}/signing_in.py",
        'cookie_name(), token, httponly=True, samesite="Lax"',
        'cookie_name(), token, httponly=False, samesite="Lax"',
        "tests/web/test_sign_in.py::test_the_cookie_is_out_of_reach_of_scripts_and_other_sites",
    ),
    Fault(
        "the session's cookie travels in the clear",
        f"{ACCOUNTS}/signing_in.py",
        'token, httponly=True, samesite="Lax", secure=current_app.config["IS_SECURE"]',
        'token, httponly=True, samesite="Lax", secure=False',
        "tests/web/test_headers.py::test_cookies_on_https_are_bound_to_the_host_and_never_sent_in_the_clear",
    ),
)

SECOND_STEP = (
    Fault(
        "codes of the second step are guessed without end",
        f"{ACCOUNTS}/second/views.py",
        "        reserve_try(person.sign_in_name)\n        commit()\n        found",
        "        found",
        "tests/web/test_second_step.py::test_tries_of_all_doors_are_counted_together",
    ),
    Fault(
        "a code of the second step works twice",
        f"{ACCOUNTS}/second/services.py",
        "SecondStep.last_step < step)",
        "SecondStep.last_step <= step)",
        "tests/web/test_second_step.py::test_a_code_works_once",
    ),
    Fault(
        "a recovery code works twice",
        f"{ACCOUNTS}/second/services.py",
        "                RecoveryCode.used_at.is_(None),\n",
        "",
        "tests/web/test_second_step.py::test_a_recovery_code_works_once_however_it_is_typed",
    ),
    Fault(
        "a link for a new password outlives the address that it went to",
        f"{ACCOUNTS}/resets/rules.py",
        'sent_to = email or "" if kind in LINKS else ""',
        'sent_to = ""',
        "tests/web/test_resets.py::test_a_link_is_void_when_the_address_is_not_the_persons_any_more",
    ),
    Fault(
        "a link for a new password is good for weeks",
        f"{ACCOUNTS}/resets/services.py",
        "ends_at=now + LIVES[kind],",
        "ends_at=now + 1000 * LIVES[kind],",
        "tests/web/test_resets.py::test_a_link_is_good_for_half_an_hour_and_the_newest_alone",
    ),
)

THE_WEB = (
    Fault(
        "a form without its token is taken",
        f"{WEB}/csrf.py",
        'if binding is None or not is_csrf_token(current_app.config["SECRET_KEY"], binding, token):',
        "if False:",
        "tests/web/test_headers_foreign_forms.py::test_a_form_without_a_token_is_refused",
    ),
    Fault(
        "a form of another site is taken",
        f"{WEB}/csrf.py",
        'if site not in ("same-origin", "none"):',
        'if site not in ("same-origin", "none", "cross-site", "same-site"):',
        "tests/web/test_headers_foreign_forms.py::test_a_form_that_the_browser_says_comes_from_another_site_is_refused",
    ),
    Fault(
        "a token is good for every session",
        "elearn/security/tokens.py",
        'return hmac.digest(secret, b"csrf:" + session.encode(), hashlib.sha256)',
        'return hmac.digest(secret, b"csrf:", hashlib.sha256)',
        "tests/web/test_headers_foreign_forms.py::test_the_token_of_another_persons_session_is_refused",
    ),
    Fault(
        "scripts may stand in a page",
        f"{WEB}/headers.py",
        "\"script-src 'self'\",",
        "\"script-src 'self' 'unsafe-inline'\",",
        "tests/web/test_headers.py::test_the_content_security_policy_allows_this_site_and_nothing_inline",
    ),
    Fault(
        "a browser does not remember that there is TLS",
        f"{WEB}/headers.py",
        '    if app.config["IS_SECURE"]:\n',
        '    if not app.config["IS_SECURE"]:\n',
        "tests/web/test_headers.py::test_https_is_remembered_by_the_browser_where_the_site_is_reached_by_it",
    ),
    Fault(
        "a name is written into a page as markup",
        "elearn/templates/accounts/people.html",
        "{{ person.full_name }}",
        "{{ person.full_name|safe }}",
        "tests/web/test_people.py::test_a_name_stored_in_any_way_is_shown_as_text",
    ),
    Fault(
        "a note is written into a page as markup",
        "elearn/templates/notes/notes.html",
        "{{ section.text }}",
        "{{ section.text|safe }}",
        "tests/web/test_notes.py::test_hostile_text_stays_text_everywhere",
    ),
    Fault(
        "an author writes what a click does",
        "elearn/markup/sanitise.py",
        '    "a": {"href", "id", "title"},',
        '    "a": {"href", "id", "title", "onclick"},',
        "tests/unit/markup/test_hostile.py::test_the_sanitiser_alone_would_hold",
    ),
    Fault(
        "signing in leads to another site",
        f"{WEB}/redirects.py",
        'if not target or not target.startswith("/") or target.startswith(("//", "/\\\\")) or '
        "any(ord(c) < 33 for c in target):\n        return otherwise",
        "if not target:\n        return otherwise\n    if target:\n        return target",
        "tests/unit/core/test_redirects.py::test_another_site_is_not_gone_to",
    ),
    Fault(
        "whoever asks says what their address is",
        "elearn/app.py",
        "    if settings.trusted_proxies:\n        count = settings.trusted_proxies\n",
        "    if True:\n        count = settings.trusted_proxies or 1\n",
        "tests/web/test_headers.py::test_as_many_proxies_are_believed_as_are_set",
    ),
    Fault(
        "a language that is not offered is believed",
        f"{WEB}/i18n.py",
        "    if remembered in offered:\n",
        "    if remembered:\n",
        "tests/web/test_languages.py::test_a_cookie_with_a_language_that_is_not_offered_is_ignored",
    ),
    Fault(
        "a form may be as large as it likes",
        f"{WEB}/lanes.py",
        'return limit if getattr(view, "is_large", False) else min(limit, FORM_BYTES)',
        "return limit",
        "tests/web/test_lanes.py::test_a_form_larger_than_any_form_needs_is_refused",
    ),
)

FILES = (
    Fault(
        "a cell begins a formula",
        f"{WEB}/spreadsheets.py",
        'return _INSIDE.sub(r"\\1\'", _LEADING.sub("\'", text))',
        "return text",
        "tests/web/test_statistics.py::test_no_cell_of_a_file_begins_a_formula",
    ),
    Fault(
        "an archive writes outside of its folder",
        "elearn/content/archive.py",
        'if ".." in parts or "." in original.split("/") or "//" in original or not parts:',
        "if not parts:",
        "tests/unit/authoring/test_archive.py::test_a_name_that_leads_elsewhere_is_refused",
    ),
    Fault(
        "an archive unpacks to a thousand times its size",
        "elearn/content/archive.py",
        "if entry.file_size > SMALL and entry.file_size > HIGHEST_RATIO * max(entry.compress_size, 1):",
        "if False:",
        "tests/unit/authoring/test_archive.py::test_an_entry_that_unpacks_to_far_more_than_it_weighs_is_refused",
    ),
    Fault(
        "front matter may name objects and repeat itself",
        "elearn/content/frontmatter.py",
        "_REFUSED_TOKENS = (yaml.AnchorToken, yaml.AliasToken, yaml.TagToken, yaml.DirectiveToken)",
        "_REFUSED_TOKENS = (yaml.DirectiveToken,)",
        "tests/unit/content/test_sample_courses.py::"
        "test_a_broken_course_has_exactly_the_problems_noted_beside_it[front-matter-alias]",
    ),
    Fault(
        "a picture is given out as it came",
        "elearn/markup/imaging.py",
        "    raster, picture = _decoded(data)\n    return _written(picture, raster)",
        "    raster, picture = _decoded(data)\n"
        "    return Made(data, raster.media_type, picture.image.width, picture.image.height)",
        "tests/unit/markup/test_imaging.py::test_what_hides_behind_a_picture_is_gone",
    ),
    Fault(
        "a picture tells where it was taken",
        "elearn/markup/imaging.py",
        'bare.info = {"transparency": transparent} if transparent is not None and image.mode == "P" else {}\n'
        "    bare.getexif().clear()\n",
        "bare.load()\n",
        "tests/unit/markup/test_imaging.py::test_where_and_with_what_it_was_taken_is_gone",
    ),
    Fault(
        "a picture fills the memory",
        "elearn/markup/imaging.py",
        "if raster.width * raster.height > MOST_PIXELS or max(raster.width, raster.height) > LONGEST_SIDE:",
        "if False:",
        "tests/unit/markup/test_imaging.py::test_a_bomb_is_refused_before_it_unpacks",
    ),
    Fault(
        "a file that somebody sent is shown as a page",
        f"{WEB}/downloads.py",
        "as_attachment=True",
        "as_attachment=False",
        "tests/web/test_marking_by_hand.py::test_a_file_is_saved_under_a_name_that_tells_nothing",
    ),
)

LEARNING = (
    Fault(
        "home greets everybody by the name of who came first",
        "elearn/home/pages.py",
        'greeting=slot("greeting"),',
        "greeting=Markup.escape(identity().full_name),",
        "tests/web/test_home.py::test_people_with_the_same_courses_each_see_what_is_theirs",
    ),
    Fault(
        "what is right is shown before it may be",
        "elearn/assessment/rules.py",
        "            return is_submitted and is_closed\n",
        "            return is_submitted\n",
        "tests/web/test_quizzes.py::test_after_close_nothing_is_shown_until_the_last_attempt_is_handed_in",
    ),
    Fault(
        "what is right is always shown",
        "elearn/assessment/rules.py",
        "        case Feedback.NEVER:\n            return False\n",
        "        case Feedback.NEVER:\n            return is_submitted\n",
        "tests/web/test_quizzes.py::test_never_means_the_score_alone",
    ),
    Fault(
        "answers are taken after the time",
        "elearn/assessment/services.py",
        "    if found.is_open and not is_over(found.due_at, now):\n        row",
        "    if found.is_open:\n        row",
        "tests/web/test_quizzes_autosave.py::test_after_the_time_no_answer_is_taken",
    ),
    Fault(
        "an attempt begins beyond the limit",
        "elearn/assessment/services.py",
        "    if refusal is not None:\n        raise refusal\n    form = ",
        "    form = ",
        "tests/database/test_attempts.py::test_the_limit_of_attempts_holds[sqlite]",
    ),
    Fault(
        "an attempt is handed in twice",
        "elearn/assessment/services.py",
        "    if attempt.submitted_at is not None:\n        return attempt\n    course",
        "    course",
        "tests/database/test_attempts.py::test_handing_in_twice_gives_one_outcome[sqlite]",
    ),
    Fault(
        "an outcome sent twice counts twice",
        "elearn/learning/services.py",
        "    if known is not None:\n        return enrolment\n",
        "    if known is not None:\n        client_id = UUID(int=0)\n",
        "tests/database/test_learning_outcomes.py::test_an_outcome_sent_twice_is_the_first_one[sqlite]",
    ),
    Fault(
        "a pass is rounded up",
        "elearn/assessment/rules.py",
        'return score.quantize(Decimal("0.0001"), ROUND_DOWN)',
        "return score.quantize(Decimal(1))",
        "tests/unit/assessment/test_rules.py::test_a_score_is_in_per_cent_and_never_rounded_up",
    ),
    Fault(
        "certificates can be guessed",
        "elearn/core/identifiers.py",
        "secrets.choice(CODE_ALPHABET) for _ in range(4))",
        "CODE_ALPHABET[number] for number in range(4))",
        "tests/unit/core/test_identifiers.py::test_codes_do_not_repeat_and_use_every_letter",
    ),
    Fault(
        "chance that can be computed makes certificates",
        "elearn/core/identifiers.py",
        "secrets.choice(CODE_ALPHABET) for _ in range(4))",
        '__import__("random").choice(CODE_ALPHABET) for _ in range(4))',
        "tests/unit/core/test_identifiers.py::test_no_seed_tells_what_comes",
    ),
    Fault(
        "a revoked certificate is valid",
        "elearn/certificates/rules.py",
        "    if is_revoked:\n",
        "    if False:\n",
        "tests/web/test_certificates.py::test_a_revoked_certificate_says_so_with_its_reason_and_every_field",
    ),
)

TRACES = (
    Fault(
        "who is erased keeps the key of the app",
        "elearn/rights/holdings.py",
        '_holding(SecondStep, "person_id", "created_at", Fate.GOES, Why.ENTRANCE)',
        '_holding(SecondStep, "person_id", "created_at", Fate.STAYS, Why.ENTRANCE)',
        "tests/architecture/test_rights.py::test_what_lets_somebody_in_is_erased",
    ),
    Fault(
        "one's own data has the key of the app",
        "elearn/rights/holdings.py",
        '_holding(SecondStep, "person_id", "created_at",',
        '_holding(SecondStep, "person_id", "created_at seed",',
        "tests/web/test_rights.py::test_a_person_takes_home_all_that_is_held_about_them",
    ),
    Fault(
        "erasing is not put down",
        "elearn/rights/services.py",
        "    record(session, Act.PERSON_ERASED, the_person(person.public_id), actor=actor.recorded, now=now)\n",
        "",
        "tests/web/test_rights.py::test_an_erased_person_is_named_nowhere_and_statistics_and_certificate_stay",
    ),
    Fault(
        "a sign-in is not put down",
        f"{ACCOUNTS}/services.py",
        "    record(session, Act.SIGNED_IN, about, actor=person.id, now=now, shared_device=is_shared_device,"
        " door=door)\n",
        "",
        "tests/web/test_audit.py::test_signing_in_and_out_is_recorded",
    ),
    Fault(
        "an export is given although it cannot be put down",
        f"{WEB}/exporting.py",
        "        if file is not None:\n            file.close()\n        raise\n",
        "        return\n",
        "tests/web/test_audit.py::test_a_file_that_cannot_be_recorded_is_not_given",
    ),
    Fault(
        "who did it can be changed in the log",
        "elearn/audit/rules.py",
        '            "actor_id": self.actor_id,\n',
        "",
        "tests/unit/audit/test_chain.py::test_any_change_of_an_event_is_found_where_it_was_made",
    ),
    Fault(
        "an event can be taken out of the log",
        "elearn/audit/rules.py",
        "if link.previous_hash != previous:",
        "if False:",
        "tests/unit/audit/test_chain.py::test_a_change_with_its_hash_made_anew_is_found_at_the_next_event",
    ),
    Fault(
        "the log says what was asked for",
        f"{WEB}/observed.py",
        '"endpoint": endpoint,\n',
        '"endpoint": endpoint, "query": environ.get("QUERY_STRING"),\n',
        "tests/web/test_observing.py::test_a_request_is_one_line_that_names_nobody",
    ),
    Fault(
        "the log says at which page of whom a fault was",
        f"{WEB}/logged.py",
        'return f"{method} {request.endpoint}" if request.endpoint else method',
        'return f"{method} {request.path}" if request.endpoint else method',
        "tests/web/test_errors.py::test_an_address_cannot_write_a_line_of_the_log",
    ),
    Fault(
        "an error of the database tells its values",
        "elearn/db/engine.py",
        '"hide_parameters": True',
        '"hide_parameters": False',
        "tests/database/test_database_kit.py::test_an_error_of_the_database_tells_no_value[sqlite]",
    ),
    Fault(
        "a client writes the numbers of requests into the log",
        f"{WEB}/observed.py",
        "told if _SOUND_ID.fullmatch(told) else secrets.token_hex(16)",
        "told or secrets.token_hex(16)",
        "tests/web/test_observing.py::test_an_id_that_is_none_is_replaced",
    ),
)

STAYING_UP = (
    Fault(
        "a power cut loses what was acknowledged",
        "elearn/db/engine.py",
        "PRAGMA synchronous=FULL",
        "PRAGMA synchronous=NORMAL",
        "tests/database/test_database_kit.py::test_every_sqlite_connection_is_set_to_lose_nothing",
    ),
    Fault(
        "who reads before writing loses to others",
        "elearn/db/engine.py",
        'connection.exec_driver_sql("BEGIN IMMEDIATE")',
        'connection.exec_driver_sql("BEGIN")',
        "tests/database/test_database_kit.py::test_a_writer_holds_the_right_to_write_from_its_first_statement",
    ),
    Fault(
        "a migration loses what a column held",
        "migrations/versions/0008_digest.py",
        "    op.drop_column('person', 'wants_digest')",
        "    op.drop_column('person', 'wants_digest')\n    op.execute('UPDATE person SET email = NULL')",
        "tests/database/test_migrating_with_data.py::"
        "test_no_step_up_or_down_loses_what_the_next_tables_can_hold[sqlite]",
    ),
    Fault(
        "a migration cannot go back once the site was used",
        "migrations/env.py",
        'raw.execute("PRAGMA foreign_keys=OFF")',
        'raw.execute("PRAGMA foreign_keys=ON")',
        "tests/database/test_migrating_with_data.py::"
        "test_no_step_up_or_down_loses_what_the_next_tables_can_hold[sqlite]",
    ),
    Fault(
        "a worker that dies is not replaced",
        "elearn/serving/supervisor.py",
        "            self._due[index] = time.monotonic() + pause_before(self._failed_starts[index], lived)\n",
        "",
        "tests/web/test_serving.py::test_workers_that_die_are_replaced_however_often",
    ),
    Fault(
        "two servers write one database",
        "elearn/serving/lock.py",
        "            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)\n",
        "",
        "tests/web/test_serving_refusals.py::test_a_port_or_a_folder_that_another_site_holds",
    ),
    Fault(
        "half a form is taken for a whole one",
        "elearn/serving/gateway.py",
        "return ends < 2 and (length is None or len(body) == min(length, longest + 1))",
        "return True",
        "tests/unit/serving/test_gateway.py::test_a_body_is_whole_or_known_not_to_be",
    ),
    Fault(
        "a site with a broken database says that it is well",
        f"{WEB}/health.py",
        'return jsonify(status="the database does not answer"), 503',
        'return jsonify(status="the database does not answer"), 200',
        "tests/web/test_health.py::test_a_site_whose_database_fails_says_503_and_no_more[sqlite]",
    ),
    Fault(
        "two who work at the outbox do the same job",
        "elearn/jobs/queries.py",
        ", or_(Job.taken_until.is_(None), Job.taken_until <= now))",
        ")",
        "tests/database/test_jobs.py::test_many_who_work_at_once_do_each_job_once[sqlite]",
    ),
    Fault(
        "a letter that failed is not tried again",
        "elearn/jobs/services.py",
        "    if _is_late(job, job.due_at):",
        "    if True:",
        "tests/database/test_jobs.py::test_what_fails_is_tried_ever_later_until_its_time_is_over_and_who_asked_for_it_hears_so"
        "[sqlite]",
    ),
    Fault(
        "a letter leaves long after it was of any use",
        "elearn/jobs/services.py",
        " and _is_late(job, now):",
        " and False:",
        "tests/database/test_jobs.py::test_what_came_to_be_of_no_use_while_nobody_worked_is_not_done[sqlite]",
    ),
    Fault(
        "what somebody typed stays in the outbox for ever",
        "elearn/jobs/services.py",
        "    job.key = job.address = job.taken_until = None",
        "    job.key = job.taken_until = None",
        "tests/database/test_jobs.py::test_a_job_is_done_once_and_forgets_what_it_needed[sqlite]",
    ),
    Fault(
        "others on the machine read the secret key",
        "elearn/secret.py",
        "os.O_EXCL, 0o600)",
        "os.O_EXCL, 0o644)",
        "tests/unit/security/test_secret.py::test_the_key_is_its_owners_alone_whatever_is_usual_on_the_machine",
    ),
)

FAULTS = (*WHO_MAY, *SIGNING_IN, *SECOND_STEP, *THE_WEB, *FILES, *LEARNING, *TRACES, *STAYING_UP)
