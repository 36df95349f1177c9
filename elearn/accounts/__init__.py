"""People, agencies, roles and sign-in.

A *person* belongs to one *agency*, an agency to one country. A *grant* gives a person a role over a scope. A *session*
is one sign-in on one device; it is known by the hash of its token and can be ended at any time. An *administrator*
reaches the people of the agencies their grants cover; others do not exist for them.

Announces ``services.person_moved``: a person left one agency for another.
"""
