"""How long a worker's replacement waits."""

from elearn.serving.supervisor import LONGEST_PAUSE_SECONDS, SHORTEST_LIFE_SECONDS, pause_before


def test_a_worker_that_answered_requests_is_replaced_at_once() -> None:
    assert pause_before(0, lived=3600) == 0


def test_workers_are_not_started_in_a_frenzy() -> None:
    assert pause_before(0, lived=0) == SHORTEST_LIFE_SECONDS


def test_each_failed_start_waits_longer_up_to_a_limit() -> None:
    pauses = [pause_before(starts, lived=0) for starts in range(1, 30)]

    assert pauses == sorted(pauses)
    assert pauses[0] > 0
    assert pauses[-1] == LONGEST_PAUSE_SECONDS
