"""Cohorts: named groups of people, by which they are enrolled together.

A cohort may hold people of several agencies and countries. An administrator sees it who reaches one of its people or
made it, and in it only the people within reach.
"""
