"""Open answers marked by hand: the queue of trainers, blind marking by a rubric, a second marker, the return.

A marker sees an answer under a label and nothing of whose it is. One marker is enough unless that marker asks for a
second one, who marks without seeing the first mark; where the two differ in points, either of them records what they
agreed on. Marks are append-only rows: who marked what, and when, is kept for good.
"""
