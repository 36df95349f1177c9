"""Every address answers as the table says: each endpoint x method x role x ownership, nothing else, and no 500."""

from collections import defaultdict
from collections.abc import Collection
from pathlib import Path

import pytest
from flask import Flask, abort

from elearn.core.refusals import NotFound
from elearn.security.policy import Permission
from elearn.web.access import needs, signed_in
from elearn.web.session import commit, session
from tests.matrix.asking import ASKING, Asker, rules_of, word_for
from tests.matrix.table import TABLE, WHO, expected
from tests.matrix.world import build

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")


def found_at(site: Flask, folder: Path, only: str = "") -> dict[tuple[str, str, str, str], str]:
    """(endpoint, method, who, whose) -> the word that came, for every rule of the site or of one endpoint."""
    asker = Asker(build(site), folder)
    return {
        (rule.endpoint, method, role, whose): word
        for rule, method in rules_of(site)
        if not only or rule.endpoint == only
        for role, whose, word in asker.answers(rule, method)
    }


def lines_of(found: dict[tuple[str, str, str, str], str], surprising: Collection[tuple[str, str, str, str]]) -> str:
    """The lines that the table would need to say what was found, to be judged by who reads the failure."""
    endpoints = {endpoint for endpoint, *_ in surprising}
    rows: dict[tuple[str, str], dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for (endpoint, method, role, _whose), word in found.items():
        if endpoint in endpoints:
            rows[endpoint, method][role].append(word)
    lines = []
    for (endpoint, method), roles in rows.items():
        by_answer: dict[str, set[str]] = defaultdict(set)
        for role, words in roles.items():
            if set(words) != {"to sign in" if role == "nobody" else "refused"}:
                by_answer[", ".join(words)].add(role)
        for answer, who in by_answer.items():
            names = [name for name, members in WHO.items() if members == who] or sorted(who)
            lines += [f"{endpoint} {method} | {name} | {answer}" for name in names]
    return "\n".join(sorted(lines))


def surprises(found: dict[tuple[str, str, str, str], str]) -> dict[tuple[str, str, str, str], str]:
    """What the table does not say, or says otherwise."""
    said = expected()
    return {asked: word for asked, word in found.items() if said.get(asked) != word}


def test_every_address_answers_everybody_as_the_table_says(site: Flask, tmp_path: Path) -> None:
    found = found_at(site, tmp_path)
    assert len(found) > 1_000
    wrong = surprises(found)
    assert not wrong, f"Not as tests/matrix/table.py says, or not in it: {wrong}\nFound:\n{lines_of(found, wrong)}"
    assert set(expected()) <= set(found), "the table speaks of what is not there"


def test_the_table_is_written_in_order_with_known_words() -> None:
    lines = TABLE.strip().splitlines()
    assert lines == sorted(lines)
    assert {line.split("|")[1].strip() for line in lines} <= set(WHO)


def test_an_address_that_opens_too_far_is_a_surprise(site: Flask, tmp_path: Path) -> None:
    @signed_in
    def person(public_id: str) -> str:
        return public_id

    site.view_functions["accounts.person"] = person
    too_far = surprises(found_at(site, tmp_path, "accounts.person"))
    assert ("accounts.person", "GET", "officer", "other") in too_far
    assert ("accounts.person", "GET", "admin", "own") not in too_far


def test_an_address_that_fails_is_a_surprise(site: Flask, tmp_path: Path) -> None:
    @needs(Permission.MANAGE_PEOPLE)
    def people() -> str:
        abort(500)

    site.view_functions["accounts.people"] = people
    found = found_at(site, tmp_path, "accounts.people")
    wrong = surprises(found)
    assert wrong == {("accounts.people", "GET", role, "own"): "500" for role in ("admin", "chief")}
    assert lines_of(found, wrong) == "accounts.people GET | administrators | 500"


def test_what_is_refused_and_done_all_the_same_is_found(site: Flask, tmp_path: Path) -> None:
    @needs(Permission.MANAGE_PEOPLE)
    def enable(public_id: str) -> str:
        session().connection().exec_driver_sql("UPDATE person SET full_name = 'done'")
        commit()
        raise NotFound

    site.view_functions["accounts.enable"] = enable
    with pytest.raises(AssertionError, match="not there, but done"):
        found_at(site, tmp_path, "accounts.enable")


def test_an_address_takes_the_methods_it_has_and_no_other(site: Flask, tmp_path: Path) -> None:
    asker = Asker(build(site), tmp_path)
    taken: dict[str, set[str]] = defaultdict(set)
    for rule, method in rules_of(site):
        taken[rule.rule].add(method)
    by_rule = {rule.rule: rule for rule, _method in rules_of(site)}
    adapter = site.url_map.bind("localhost")
    tried = 0
    for path, methods in taken.items():
        for method in METHODS:
            address = asker.world.address(by_rule[path], "officer", "own")
            # /courses/<slug>/enrol, read, looks like the address of a module, and is answered as one
            if method not in methods and not adapter.test(address, method=method):
                assert asker.ask(by_rule[path], method, "officer", "own").status_code == 405, f"{method} {path}"
                tried += 1
    assert tried > 300


def test_head_answers_everybody_as_get_does(site: Flask, tmp_path: Path) -> None:
    said = expected()
    asker = Asker(build(site), tmp_path)
    for rule, method in rules_of(site):
        if method == "GET" and rule.endpoint != "static_files.file" and "csv" not in rule.rule:
            for role in ASKING:
                word = word_for(asker.ask(rule, "HEAD", role, "own"))
                assert word == said[rule.endpoint, "GET", role, "own"], f"HEAD {rule.rule} by {role}"
