"""What is held about a person: handed out to them, erased, or joined with what another account of theirs holds.

``holdings`` lists every table that holds something about a person, what of it they are handed, and what erasing does
to it; a test finds a table that is missing there. A merge moves all of it from one account to another. Retention does
by the calendar what erasing does by request.

Announces ``services.person_erased`` and ``merging.people_merged``.
"""
