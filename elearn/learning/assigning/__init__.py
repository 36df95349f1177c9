"""Enrolling many people at once, perhaps with a last day, and reminding them of it."""
