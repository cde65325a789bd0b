"""Shared parts of all REST endpoints: the error format, strict input, paging, limits.

Nothing here knows our other apps. Two shared parts need other apps and are therefore on higher floors:
`apps/accounts/api/authentication.py` (a token is bound to its store, and finding its user needs accounts) and
`apps/events/api/idempotency.py` (the keys are rows of the events app).
"""
