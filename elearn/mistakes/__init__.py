"""Mistakes that officers report in a course, and what trainers answer.

Words: a *unit* is what a report is about: a section, a check-yourself question, a question of a quiz (see
``rules.unit_read``). A *report* keeps what was there when it was written: version, language, title. Trainers do not
see who reported: as with disputes and marking by hand, they judge the text and not the person, and nobody is afraid
to point out an error of somebody they work for. The answer finds its way back by itself.
Hook: ``draft_version`` (see ``wiring``).
"""
