"""Doing something many times at once, as people do."""

import threading
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


def together(count: int, act: Callable[[int], T]) -> list[T]:
    """What ``act(0)`` to ``act(count - 1)`` return, all begun at the same instant, in that order.

    Raises an ExceptionGroup of whatever they raised.
    """
    start = threading.Barrier(count)
    results: dict[int, T] = {}
    problems: list[Exception] = []

    def run(number: int) -> None:
        start.wait()
        try:
            results[number] = act(number)
        except Exception as problem:
            problems.append(problem)

    threads = [threading.Thread(target=run, args=(number,), daemon=True) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=120)
    assert not any(thread.is_alive() for thread in threads), "some wait for each other"
    if problems:
        raise ExceptionGroup("at the same time", problems)
    return [results[number] for number in range(count)]
