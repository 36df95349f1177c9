"""Inviting people who have an account and no password yet: by printed slips, by links to pass on, or by letters.

An invitation is a right to choose a password, as a reset is (``accounts.resets``), and lives longer.
"""
