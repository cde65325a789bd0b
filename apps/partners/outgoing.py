"""One message to the endpoint of a partner, and what came of it."""

import time
from dataclasses import dataclass
from typing import Final

from apps.tenancy.errors import HostRefused
from apps.tenancy.outgoing import NoAnswer, send_out

DEADLINE_SECONDS: Final = 15.0
MOST_ANSWER: Final = 16 * 1024
KEPT_ANSWER: Final = 1_000
USER_AGENT: Final = "Polystore-Webhooks/1"


@dataclass(frozen=True)
class Outcome:
    """`status` is None where there was no answer; then `error` is a sentence."""

    status: int | None
    answer: str
    error: str
    milliseconds: int

    @property
    def is_success(self) -> bool:
        return self.status is not None and 200 <= self.status < 300


def post(url: str, *, body: bytes, headers: dict[str, str]) -> Outcome:
    """Raises nothing: every failure is an outcome."""
    began = time.monotonic()
    status: int | None = None
    answer = error = ""
    try:
        received = send_out(
            "POST",
            url,
            headers={
                "Content-Type": "application/json",
                "User-Agent": USER_AGENT,
                "Connection": "close",
                **headers,
            },
            body=body,
            seconds=DEADLINE_SECONDS,
            most=MOST_ANSWER,
        )
        status = received.status
        answer = received.content.decode(errors="replace").replace("\x00", "")[:KEPT_ANSWER]
    except (HostRefused, NoAnswer) as failure:
        error = str(failure)
    return Outcome(status, answer, error[:200], int((time.monotonic() - began) * 1000))
