"""Statistics for managers: counts by course, agency and country, and the sheet of people and courses.

Counts are read from *roll-ups* (``Tally``) kept up to date as people learn, so their cost does not grow with the number
of enrolments. Who sees an agency's people by name sees its numbers as they are; who only *compares* sees no group under
five. Beside the usual modules stand ``disclosure`` (what of a comparison is hidden) with ``histories`` under it,
``chart`` (the geometry of bars) and ``files`` (CSV and XLSX).
"""
