"""Single sign-on by OpenID Connect: a provider says who somebody is; whom that is here, people link themselves.

``provider`` speaks with the provider, ``views`` lead there and back.
"""
