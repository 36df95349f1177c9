"""The audit log: who did what to what, and when, in a table that only grows.

An *event* is put down in the transaction of what it tells (``services.record``), so that neither is there without the
other. Each holds the hash of the one before it, so that none can be changed, taken out or put in between without
``elearn audit verify`` finding it; and the database itself refuses to change or delete one. Events name people by ids
that mean nothing elsewhere, and hold neither answers nor secrets. ``elearn.oversight`` shows them.
"""
