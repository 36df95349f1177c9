"""Which way a request takes, and how much it may bring."""

from typing import Any

import pytest
from flask import Flask
from werkzeug.test import EnvironBuilder

from elearn.web.lanes import FORM_BYTES, Lane, Route, route_of
from tests.checking import CheckingClient


def _environ(method: str, path: str) -> dict[str, Any]:
    return EnvironBuilder(method=method, path=path).get_environ()


@pytest.mark.parametrize(
    ("method", "path", "lane"),
    [
        ("GET", "/sign-in", Lane.READING),
        ("HEAD", "/courses/cft", Lane.READING),
        ("OPTIONS", "/", Lane.READING),
        ("GET", "/static/site.css", Lane.READING),
        ("GET", "/statistics/people.xlsx", Lane.FILES),
        ("HEAD", "/certificates/x.pdf", Lane.FILES),
        ("GET", "/account/data/file", Lane.FILES),
        ("GET", "/write/cft/export/qti/pools/law", Lane.FILES),
        ("GET", "/write/cft/questions", Lane.FILES),
        ("GET", "/write/cft/files/course.md", Lane.FILES),
        ("GET", "/write", Lane.READING),
        ("POST", "/sign-in", Lane.SLOW),
        ("POST", "/account/password", Lane.SLOW),
        ("POST", "/attempts/x/1/files", Lane.SLOW),
        ("POST", "/sign-out", Lane.WRITING),
        ("PUT", "/attempts/x/answers/y", Lane.WRITING),
        ("POST", "/no/such/page", Lane.WRITING),
        ("BREW", "/", Lane.WRITING),
    ],
)
def test_the_lane_of_a_request(site: Flask, method: str, path: str, lane: Lane) -> None:
    assert route_of(site, _environ(method, path)).lane is lane


def test_only_what_trainers_write_may_be_large(site: Flask) -> None:
    limit = site.config["MAX_CONTENT_LENGTH"]

    assert route_of(site, _environ("POST", "/write/cft/files/course.md")) == Route(Lane.SLOW, limit)
    for path in ("/sign-in", "/people/new", "/attempts/x/submit", "/no/such/page"):
        assert route_of(site, _environ("POST", path)).longest == FORM_BYTES


def test_a_form_larger_than_any_form_needs_is_refused(site: Flask, client: CheckingClient) -> None:
    data = {"csrf_token": client.token(), "sign_in_name": "a", "password": "x" * FORM_BYTES}

    assert client.post("/sign-in", data=data).status_code == 413
    assert client.post("/sign-in", data=data | {"password": "x" * (FORM_BYTES - 1000)}).status_code != 413


def test_an_upload_limit_below_that_of_forms_counts_for_forms_too(site: Flask) -> None:
    site.config["MAX_CONTENT_LENGTH"] = 1000

    assert route_of(site, _environ("POST", "/sign-in")).longest == 1000
