"""The HTTP kit that every feature's views stand on: session, identity, access, forms, errors, languages."""
