"""What of the tests is dealt to the drill, because the default run has to end in minutes on two slow cores.

What stands here costs much and has a sibling in the default run that would notice most of the same faults: the other
database, the other language, the walk with scripts. ``pytest -m drill`` runs all of it.
"""

SERVING = "tests/web/test_serving.py::test_"
DEALT = frozenset({
    "tests/database/test_migrating_with_data.py::test_no_step_up_or_down_loses_what_the_next_tables_can_hold[postgresql]",
    "tests/database/test_people_import.py::"
    "test_the_largest_file_is_added_whole_and_each_person_is_in_the_audit_log[postgresql]",
    "tests/database/test_search.py::test_whatever_is_typed_gets_an_answer[postgresql]",
    "tests/drills/test_benchmarks.py::test_without_wrk_the_benchmarks_say_what_to_install",
    "tests/drills/test_kill.py::test_killing_everything_on_sqlite_loses_nothing[2]",
    "tests/drills/test_kill.py::test_killing_workers_on_postgresql_loses_nothing[1]",
    "tests/drills/test_races.py::test_racing_on_sqlite_loses_nothing_and_passes_no_limit[2]",
    "tests/journeys/test_every_page.py::test_nothing_is_wrong_with_what_can_be_opened",
    "tests/journeys/test_every_page.py::test_nothing_is_wrong_in_high_contrast_and_in_colours_that_a_system_forces",
    "tests/journeys/test_keyboard.py::test_an_officer_gets_from_sign_in_to_a_certificate_by_keyboard_alone",
    "tests/journeys/test_links.py::test_no_link_is_broken_for_anybody[en]",
    "tests/journeys/test_officer.py::test_an_officer_finds_their_way_on_a_phone_in_the_dark_in_russian",
    "tests/journeys/test_long_words.py::test_nothing_is_cut_off_where_words_are_longer[360]",
    "tests/journeys/test_mistakes.py::test_an_officer_reports_a_mistake_and_is_told_of_the_answer[without scripts]",
    "tests/journeys/test_officer.py::"
    "test_an_officer_gets_from_sign_in_to_a_certificate_that_a_stranger_can_check[without scripts]",
    "tests/journeys/test_trainer.py::"
    "test_a_trainer_changes_a_sentence_and_only_new_enrolments_read_it[without scripts]",
    "tests/matrix/test_every_address.py::test_head_answers_everybody_as_get_does",
    "tests/web/test_course_preview.py::test_a_preview_that_is_killed_leaves_nothing_running",
    "tests/web/test_quizzes_ledger_browser.py::test_rows_are_sorted_by_a_column_up_down_and_back[5000]",
    "tests/web/test_serving_postgres.py::test_two_servers_that_start_at_once_on_an_empty_database_both_run",
    "tests/unit/reporting/test_disclosure.py::test_the_double_of_a_site_with_one_course_is_a_site_of_people",
    "tests/web/test_secrecy_crawl.py::test_who_takes_no_quiz_meets_no_key[few]",
    "tests/web/test_serving_refusals.py::test_a_port_or_a_folder_that_another_site_holds",
    "tests/web/test_serving_refusals.py::test_a_taken_port[False]",
    "tests/web/test_serving_refusals.py::test_serving_an_unknown_database",
    "tests/web/test_serving_refusals.py::test_serving_in_a_folder_that_cannot_be_made",
    f"{SERVING}a_body_arrives_whole_however_large_it_is",
    f"{SERVING}a_clean_stop_leaves_one_database_file",
    f"{SERVING}a_form_that_is_on_its_way_when_the_site_stops_is_taken_in",
    f"{SERVING}a_form_too_many_is_told_to_come_again",
    f"{SERVING}a_request_that_never_ends_is_cut_off_at_the_deadline",
    f"{SERVING}a_second_signal_does_not_wait_for_the_deadline",
    f"{SERVING}a_site_that_knows_its_address_starts_without_a_warning",
    f"{SERVING}a_site_whose_workers_cannot_start_ends_with_a_sentence",
    f"{SERVING}a_worker_that_cannot_be_forked_at_once_is_forked_later",
    f"{SERVING}an_idle_connection_does_not_hold_up_the_stop",
    f"{SERVING}forms_that_never_end_do_not_keep_pages_from_being_read",
    f"{SERVING}half_a_form_is_never_taken_for_a_whole_one",
    f"{SERVING}heads_and_bodies_of_unknown_length_are_answered",
    f"{SERVING}nothing_that_a_fork_would_break_is_there_when_the_workers_are_forked",
    f"{SERVING}visitors_who_wait_at_a_dead_worker_are_served_by_the_next",
})  # fmt: skip
DEALT_FILES = ("tests/journeys/test_demo.py",)
"""Whole files: what they share costs more than any of their tests."""
