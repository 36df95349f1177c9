"""The database kit: base class, column types, engine and sessions. No tables."""
