"""What is counted, summed over workers, in Prometheus' words."""

import os
import re

from hypothesis import given
from hypothesis import strategies as st

from elearn.web.lanes import Lane
from elearn.web.meters import BUCKETS, Count, Meters

ADDRESSES = [("home", "GET"), ("form", "GET"), ("form", "POST")]
LINE = re.compile(r'[a-z_]+(\{[a-z]+="[^"\\\n]*"(,[a-z]+="[^"\\\n]*")*\})? [0-9.]+')


def _numbers(meters: Meters) -> dict[str, float]:
    lines = (line.rpartition(" ") for line in meters.text().splitlines() if not line.startswith("#"))
    return {series: float(number) for series, _, number in lines}


def test_a_request_is_counted_by_endpoint_method_and_class_of_status() -> None:
    meters = Meters(ADDRESSES)
    for status in (200, 204, 303, 404):
        meters.request("form", "POST", status, 0.2)

    numbers = _numbers(meters)
    assert numbers['elearn_requests_total{endpoint="form",method="POST",status="2xx"}'] == 2
    assert numbers['elearn_requests_total{endpoint="form",method="POST",status="3xx"}'] == 1
    assert numbers['elearn_requests_total{endpoint="form",method="POST",status="4xx"}'] == 1
    assert not any('method="GET"' in series or '"5xx"' in series for series in numbers)


def test_asking_for_the_head_alone_counts_as_reading() -> None:
    meters = Meters(ADDRESSES)
    meters.request("home", "HEAD", 200, 0.0)

    assert _numbers(meters)['elearn_requests_total{endpoint="home",method="GET",status="2xx"}'] == 1


def test_what_is_asked_in_any_other_way_makes_no_series_of_its_own() -> None:
    meters = Meters(ADDRESSES)
    before = len(meters.text())
    for method in ("BREW", "PUT", 'x"} 1\n'):
        meters.request("home", method, 405, 0.0)
        meters.request(None, method, 404, 0.0)
        meters.request("unheard-of", method, 404, 0.0)

    numbers = _numbers(meters)
    assert numbers['elearn_requests_total{endpoint="home",method="other",status="4xx"}'] == 3
    assert numbers['elearn_requests_total{endpoint="none",method="other",status="4xx"}'] == 6
    assert "BREW" not in meters.text() and len(meters.text()) > before


@given(st.lists(st.floats(0, 100), max_size=30))
def test_a_histogram_never_falls_and_ends_with_all(durations: list[float]) -> None:
    meters = Meters(ADDRESSES)
    for seconds in durations:
        meters.request("home", "GET", 200, seconds)

    numbers = _numbers(meters)
    name = 'elearn_request_duration_seconds_bucket{endpoint="home",le="%s"}'
    found = [numbers.get(name % end, 0) for end in (*BUCKETS, "+Inf")]
    assert found == [sum(seconds <= end for seconds in durations) for end in (*BUCKETS, float("inf"))]
    if durations:
        assert numbers['elearn_request_duration_seconds_count{endpoint="home"}'] == len(durations)
        assert abs(numbers['elearn_request_duration_seconds_sum{endpoint="home"}'] - sum(durations)) < 1e-3


def test_the_numbers_of_all_workers_are_added_and_outlive_a_worker() -> None:
    meters = Meters(ADDRESSES)
    meters.share(3)
    for worker in (1, 2, 3, 2):
        process = os.fork()
        if process == 0:
            meters.take(worker)
            meters.request("home", "GET", 200, 0.001)
            meters.count(Count.SIGN_INS)
            meters.waits(Lane.SLOW, 1)
            os._exit(0)
        assert os.waitpid(process, 0)[1] == 0

    numbers = _numbers(meters)
    assert numbers['elearn_requests_total{endpoint="home",method="GET",status="2xx"}'] == 4
    assert numbers["elearn_sign_ins_total"] == 4
    assert numbers['elearn_lane_waiting{lane="slow"}'] == 3, "what waited at a worker that died waits no more"
    assert numbers["elearn_workers"] == 3


def test_every_line_is_in_the_text_format_and_each_metric_is_explained() -> None:
    meters = Meters(ADDRESSES)
    meters.request("home", "GET", 200, 0.5)
    explained: set[str] = set()
    for line in meters.text().splitlines():
        if line.startswith("# "):
            explained.add(line.split()[2])
        else:
            assert LINE.fullmatch(line), line
            name = re.sub(r"(_bucket|_sum|_count)?[{ ].*", "", line)
            assert name in explained, line
    assert meters.text().endswith("\n")
