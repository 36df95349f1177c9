"""The audit log as administrators over everything see it: a page with filters, and the same as a file.

What an event is stands in ``elearn.audit``, below everything that records; here its ids become names.
"""
