"""The tree of agencies: offices and branches below the agency that they belong to.

A role over an agency reaches everybody below it, too. What lies below what is kept row by row (``AgencyBelow``), so
that the one query of each request that finds who asks also finds how far they reach.
"""
