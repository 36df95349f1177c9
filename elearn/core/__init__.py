"""What everything may use: the clock, identifiers, refusals."""
