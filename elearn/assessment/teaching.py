"""What of a course a question is about: its module, and the sections that its words lead to. Pure."""

import re
from collections.abc import Sequence
from itertools import chain

from elearn.content.course import Course, Module, Quiz
from elearn.content.question import Question
from elearn.learning.rules import NoSuchSection, Place, place_of

_LESSON_LINK = re.compile(r'href="/courses/([a-z0-9-]+)/([a-z0-9-]+)/([a-z0-9-]+)')


def module_about(course: Course, quiz: Quiz, question: Question) -> Module | None:
    """The module that a question is about: the one its pool is named after, else the first that its words lead to."""
    pools = (course.pool(draw.pool) for draw in quiz.draws)
    pool = next((pool for pool in pools if pool is not None and question in pool.questions), None)
    named = course.module(pool.id) if pool is not None else None
    if named is not None:
        return named
    text = question.texts[course.language]
    linked = sections_linked(course, (text.explanation or "", *text.feedback.values()))
    return linked[0].module if linked else None


def sections_linked(course: Course, texts: Sequence[str]) -> list[Place]:
    """The sections of the course that some HTML leads to."""
    places: list[Place] = []
    for slug, module_id, section_id in chain.from_iterable(_LESSON_LINK.findall(text) for text in texts):
        try:
            place = place_of(course, module_id, section_id)
        except NoSuchSection:
            continue
        if slug == course.slug and place not in places:
            places.append(place)
    return places
