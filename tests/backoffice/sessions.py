"""Logging in to the two admins."""

from django.test import Client

from apps.accounts.models import User

PASSWORD = "a-long-password-1"


def rename_session(client: Client, name: str) -> Client:
    """The test client's own cookie name is Django's; ours carries the store."""
    client.cookies[name] = client.cookies["sessionid"].value
    return client


def log_in(client: Client, person: User) -> Client:
    """To the platform's admin."""
    client.force_login(person)
    return rename_session(client, "session_platform")
