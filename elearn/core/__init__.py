"""What everything may use: the clock, identifiers, languages and their alphabets, refusals."""
