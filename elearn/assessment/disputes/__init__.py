"""Attempts that somebody disputes: told again from what was kept, and marked again by a corrected key.

A release never changes, so a wrong key is mended by a later one. Which marks that changes is shown before it is done;
each attempt is marked again in a transaction of its own, and who did it, when, why and the old points are kept.
"""
