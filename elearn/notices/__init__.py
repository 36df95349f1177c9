"""Notices: what happened that concerns a person, told once, in the application.

A feature that has news calls ``services.notify`` in the transaction of what it tells, so that neither is there without
the other. A notice keeps facts, not words: it is put into words in the language of whoever reads it (``words``). It is
unread until its link is followed, and is kept for 180 days.
"""
