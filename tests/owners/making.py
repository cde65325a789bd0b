"""Accounts that own stores, made through the pages."""

import re
import threading
from collections.abc import Callable
from typing import Any

from django.core import mail
from django.db import connections
from django.test import Client

from apps.accounts.models import User
from apps.common.errors import DomainError
from apps.common.ids import new_id

PASSWORD = "correct horse battery"
LINK = re.compile(r"http://localhost:\d+(/\S+)")


def link_in_mail() -> str:
    """The path of the link in the newest mail."""
    match = LINK.search(str(mail.outbox[-1].body))
    assert match is not None, mail.outbox[-1].body
    return match[1]


def sign_up(client: Client, email: str = "asha@example.com") -> User:
    """From the page to the account, logged in."""
    assert client.post("/signup/", {"email": email}).status_code == 200
    answer = client.post(link_in_mail(), {"password": PASSWORD})
    assert (answer.status_code, answer["Location"]) == (302, "/stores/")
    return User.objects.get(email=email)


def store_form(**values: Any) -> dict[str, Any]:
    return {
        "key": str(new_id()),
        "name": "चाय की दुकान",
        "slug": "",
        "starter": "food",
        "country": "IN",
        "state": "KA",
        "currency": "",
        "plan": "free",
        "interval": "monthly",
        "database_type": "shared",
        **values,
    }


def at_once(calls: list[Callable[[], Any]]) -> list[Any]:
    barrier = threading.Barrier(len(calls))
    answers: list[Any] = []

    def run(call: Callable[[], Any]) -> None:
        try:
            barrier.wait(10)
            answers.append(call())
        except DomainError as refused:
            answers.append(refused)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(call,)) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return answers
