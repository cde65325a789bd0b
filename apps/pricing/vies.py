"""Asks the EU's register of VAT IDs (VIES) whether a number is in use. Answers are kept for a day, in the store's cache.

REST service of the European Commission: `POST check-vat-number` with `countryCode`, `vatNumber` and, for a consultation
number (`requestIdentifier`), the asker's own. The register of a member state is often away: `MS_UNAVAILABLE`, `TIMEOUT`
and the like come with `actionSucceed: false` or, as `userError`, in an answer that says `valid: false`.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from functools import lru_cache
from typing import Any, Final

import orjson
import structlog
import urllib3
from django.conf import settings
from django.core.cache import cache

from apps.common.clock import now
from apps.pricing.buyer_numbers import TaxNumber
from apps.pricing.member_states import vat_prefix

log = structlog.get_logger(__name__)

_KEPT_SECONDS: Final = 24 * 3600
_INVALID_SECONDS: Final = 3600
_SILENT_SECONDS: Final = (
    60  # not every look at the checkout waits for a state's register that is away
)
_CONNECT_SECONDS: Final = 2.0
# What VIES says besides when it has looked the number up.
_LOOKED_UP: Final = frozenset({"", "VALID", "INVALID", "INVALID_INPUT"})


@dataclass(frozen=True)
class VatAnswer:
    """`reference` proves the question: the consultation number of VIES, if the store has a VAT ID itself."""

    is_valid: bool
    asked_at: str
    reference: str = ""


class RegisterSilent(Exception):
    """No answer, whatever the reason."""


@dataclass(frozen=True)
class Vies:
    """The service at an address. One request, no repetition."""

    url: str
    seconds: float

    def ask(self, number: TaxNumber, *, asker: str) -> VatAnswer:
        """Whether the number is in use. Raises `RegisterSilent`."""
        body = {
            "countryCode": vat_prefix(number.state),
            "vatNumber": number.text[2:],
            **(
                {"requesterMemberStateCode": asker[:2], "requesterNumber": asker[2:]}
                if asker
                else {}
            ),
        }
        try:
            response = _pool().request(
                "POST",
                f"{self.url.rstrip('/')}/check-vat-number",
                body=orjson.dumps(body),
                headers={"Content-Type": "application/json", "Accept": "application/json"},
                timeout=urllib3.Timeout(connect=_CONNECT_SECONDS, read=self.seconds),
                redirect=False,
            )
            answer = orjson.loads(response.data)
        except (urllib3.exceptions.HTTPError, orjson.JSONDecodeError) as error:
            raise RegisterSilent(type(error).__name__) from error
        return _read(response.status, answer)


def _read(status: int, answer: Any) -> VatAnswer:
    known = isinstance(answer, dict) and isinstance(answer.get("valid"), bool)
    if status != 200 or not known:
        raise RegisterSilent(f"HTTP {status}")
    said = str(answer.get("userError") or "")
    if not answer["valid"] and said not in _LOOKED_UP:
        raise RegisterSilent(said[:40])
    reference = str(answer.get("requestIdentifier") or "")[:40]
    return VatAnswer(answer["valid"], now().isoformat(timespec="seconds"), reference)


@lru_cache(maxsize=1)
def _pool() -> urllib3.PoolManager:
    return urllib3.PoolManager(maxsize=4, retries=False)


def ask_register(number: TaxNumber, *, asker: str) -> VatAnswer | None:
    """The register's answer, or None while it does not answer. Up to `VIES_TIMEOUT_SECONDS` and two more for the
    connection, so never call it in a transaction."""
    if not settings.VIES_URL:
        return None
    key, silence = f"vat-register:{number.text}", f"vat-register-silent:{number.state}"
    known = cache.get_many([key, silence])
    if key in known:
        return VatAnswer(**known[key])
    if silence in known:
        return None
    try:
        answer = Vies(settings.VIES_URL, settings.VIES_TIMEOUT_SECONDS).ask(number, asker=asker)
    except RegisterSilent as silent:
        log.warning("The register of VAT IDs does not answer.", reason=str(silent))
        cache.set(silence, 1, _SILENT_SECONDS)
        return None
    cache.set(key, asdict(answer), _KEPT_SECONDS if answer.is_valid else _INVALID_SECONDS)
    return answer
