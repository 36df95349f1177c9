"""Which lane a request takes."""

from typing import Any

import pytest
from flask import Flask
from werkzeug.test import EnvironBuilder

from elearn.web.lanes import Lane, lane_of


def _environ(method: str, path: str) -> dict[str, Any]:
    return EnvironBuilder(method=method, path=path).get_environ()


@pytest.mark.parametrize(
    ("method", "path", "lane"),
    [
        ("GET", "/sign-in", Lane.READING),
        ("HEAD", "/courses/cft", Lane.READING),
        ("OPTIONS", "/", Lane.READING),
        ("POST", "/sign-in", Lane.SLOW),
        ("POST", "/account/password", Lane.SLOW),
        ("POST", "/sign-out", Lane.WRITING),
        ("PUT", "/attempts/x/answers/y", Lane.WRITING),
        ("POST", "/no/such/page", Lane.WRITING),
        ("BREW", "/", Lane.WRITING),
    ],
)
def test_the_lane_of_a_request(site: Flask, method: str, path: str, lane: Lane) -> None:
    assert lane_of(site, _environ(method, path)) is lane
