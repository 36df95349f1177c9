"""Statistics: what is counted and what may be shown."""
