"""The official library, one client per store: a process serves many stores, so nothing is set globally."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import lru_cache
from typing import Any, Final

import structlog
from django.conf import settings
from django.utils.translation import gettext
from stripe import (
    APIConnectionError,
    APIError,
    AuthenticationError,
    CardError,
    IdempotencyError,
    PermissionError,
    RateLimitError,
    RequestsClient,
    StripeClient,
    StripeError,
)

from apps.gateways.errors import GatewayRefused, GatewayUnavailable
from apps.gateways.stripe.declines import words_of
from apps.gateways.stripe.keys import SECRET

# The version that this code was written for. Payment page and library belong to the same release.
API_VERSION: Final = "2026-10-28.endive"
_TEMPORARY = (APIConnectionError, APIError, RateLimitError)
_ACCOUNT = (AuthenticationError, PermissionError)

log = structlog.get_logger(__name__)


def client_of(keys: Mapping[str, Any]) -> StripeClient:
    """A client with the store's secret key. Makes no request. Connections are shared, keys are not."""
    return StripeClient(
        str(keys[SECRET]),
        stripe_version=API_VERSION,
        base_addresses={"api": settings.STRIPE_API_URL},
        max_network_retries=1,
        http_client=_http_client(settings.STRIPE_TIMEOUT_SECONDS),
    )


@lru_cache(maxsize=2)
def _http_client(timeout: float) -> RequestsClient:
    return RequestsClient(timeout=(min(timeout, 5.0), timeout))


@contextmanager
def translated() -> Iterator[None]:
    """Errors of the library as `GatewayUnavailable` or `GatewayRefused`, with words for the buyer.

    Keys that Stripe refuses are a matter of the store's owner: what was tried can succeed with new keys.
    """
    try:
        yield
    except _TEMPORARY as error:
        raise GatewayUnavailable() from error
    except _ACCOUNT as error:
        log.warning("stripe.keys_refused", code=error.code, request=error.request_id)
        raise GatewayUnavailable() from error
    except CardError as error:
        raise GatewayRefused(words_of(code_of(error))) from error
    except IdempotencyError as error:
        if error.http_status == 409:  # the same call is running
            raise GatewayUnavailable() from error
        raise _refused(error) from error
    except StripeError as error:
        raise _refused(error) from error


def code_of(error: StripeError) -> str:
    """The reason of a refusal in Stripe's code, the bank's before Stripe's own."""
    details = error.error
    decline = getattr(details, "decline_code", None) if details is not None else None
    return str(decline or error.code or "")


def _refused(error: StripeError) -> GatewayRefused:
    log.warning(
        "stripe.refused", kind=type(error).__name__, code=error.code, request=error.request_id
    )
    return GatewayRefused(
        gettext("Stripe refused this: %(reason)s")
        % {"reason": (error.user_message or error.code or type(error).__name__)[:200]}
    )
