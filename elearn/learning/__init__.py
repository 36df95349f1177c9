"""Enrolments, outcomes and progress: the joint everything meets at.

An *enrolment* ties a person to one release of a course. An *outcome* is a fact about it (a section read, a quiz
scored), append-only and with the client's own id. *Progress* is computed from outcomes by one pure function and kept
on the enrolment. Hooks (connected in ``wiring``): ``enrolment_changed``, ``course_completed``.
"""
