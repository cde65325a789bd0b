"""Short messages to phones: by an HTTP service of the installation, behind one interface. Without one none are sent."""

import json
from typing import Final, Protocol

import urllib3
from django.conf import settings

_SECONDS: Final = 5.0


class SmsNotSent(Exception):
    """The service did not take it. The outbox tries again."""


class SmsSender(Protocol):
    def send(self, *, to: str, text: str) -> None:
        """Hand a message over. `to` is in the international form (`+919845012345`). Raises `SmsNotSent`."""
        ...


class HttpSmsSender:
    """Posts `{"to": ..., "text": ...}` to an address, with a bearer token; any 2xx says that the message is taken."""

    def __init__(self, *, url: str, token: str) -> None:
        self._url, self._token = url, token
        self._pool = urllib3.PoolManager(retries=False)

    def send(self, *, to: str, text: str) -> None:
        headers = {"Content-Type": "application/json", "Authorization": f"Bearer {self._token}"}
        try:
            answer = self._pool.request(
                "POST",
                self._url,
                body=json.dumps({"to": to, "text": text}).encode(),
                headers=headers,
                timeout=_SECONDS,
                redirect=False,
            )
        except urllib3.exceptions.HTTPError as error:
            raise SmsNotSent(type(error).__name__) from error
        if not 200 <= answer.status < 300:
            raise SmsNotSent(f"HTTP {answer.status}")


def get_sms_sender() -> SmsSender | None:
    """The installation's service; None where there is none."""
    if not settings.SMS_URL:
        return None
    return HttpSmsSender(url=settings.SMS_URL, token=settings.SMS_TOKEN)
