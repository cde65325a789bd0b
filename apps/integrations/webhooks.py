"""The doors for outside systems: `POST /integrations/<system>/webhook/<topic>`, on the store's host and on the platform's.

The secret is the authentication, and on the platform's host it decides the store. Verify, keep the bytes, answer: the
work is a task's.
"""

from contextlib import suppress
from datetime import timedelta
from functools import partial
from typing import Final

import structlog
from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST
from redis.exceptions import RedisError

from apps.common.actor import Actor
from apps.common.api.errors import error_response
from apps.common.clock import today
from apps.common.errors import DomainError, Unavailable
from apps.common.ids import random_token
from apps.inbox import services as inbox
from apps.inbox.errors import MalformedMessage
from apps.inbox.headers import without_secrets
from apps.inbox.tasks import start_handling
from apps.integrations.errors import WrongWebhookSecret
from apps.integrations.installed import get_kind
from apps.integrations.reading import read_payload
from apps.integrations.values import code_of
from apps.platform.models import IntegrationConfig
from apps.platform.selectors import find_by_webhook_secret, get_address
from apps.tenancy.connections import StoreUnreachable, require_reachable
from apps.tenancy.context import current_store_or_none, system_scope, use_store
from apps.tenancy.errors import PAUSE_RETRY_SECONDS, StorePaused

log = structlog.get_logger(__name__)

# What is kept of a body that is too long.
BEGINNING: Final = 64 * 1024
_COUNTED_FOR: Final = timedelta(days=2)
_HEADERS: Final = ("Access-Token", "Webhook-Key", "X-Api-Key")


@csrf_exempt
@require_POST
def webhook(request: HttpRequest, *, kind: str, environment: str, topic: str) -> HttpResponse:
    try:
        return _answer(request, kind, environment, topic)
    except DomainError as error:
        return error_response(error, status=error.status, request=request)
    except (StorePaused, StoreUnreachable):
        return _later(request)


def _answer(request: HttpRequest, kind: str, environment: str, topic: str) -> HttpResponse:
    store = current_store_or_none()
    secrets = secrets_of(request)
    found = find_by_webhook_secret(secrets=secrets, kind=kind, environment=environment)
    if found is None or (store is not None and found.store_id != store.id):
        _count_refusal(code_of(kind, environment))
        raise WrongWebhookSecret
    if store is not None:
        return _keep(request, found, topic, secrets)
    address = get_address(store_id=found.store_id)
    if address.closed_reason not in ("", "unpublished"):
        return _later(request)
    with use_store(address.store, Actor.guest()) as active:
        require_reachable(active)
        return _keep(request, found, topic, secrets)


def secrets_of(request: HttpRequest) -> list[str]:
    """What may be the secret: the header of each system, a text or bearer token of `Authorization`, or `?token=`."""
    given = [request.headers.get(name, "") for name in _HEADERS]
    authorization = request.headers.get("Authorization", "").strip()
    scheme, _blank, token = authorization.partition(" ")
    given.append(token.strip() if scheme.lower() in ("bearer", "token") else authorization)
    given.append(request.GET.get("token", ""))
    return [secret for secret in given if secret]


def _keep(
    request: HttpRequest, found: IntegrationConfig, topic: str, secrets: list[str]
) -> HttpResponse:
    kind = get_kind(found.kind)
    length = int(request.META.get("CONTENT_LENGTH") or 0)
    keep = partial(
        inbox.receive,
        source=code_of(found.kind, found.environment),
        topic=topic,
        headers=without_secrets(request.headers, secrets=secrets),
    )
    with system_scope("webhook"):
        if length > settings.INTEGRATION_MAX_BODY:
            body = request.read(BEGINNING)
            most = settings.INTEGRATION_MAX_BODY
            fault = gettext("The body is too long: %(size)s. The limit is %(most)s.") % {
                "size": filesizeformat(length),
                "most": filesizeformat(most),
            }
            keep(body=body, size=length, fault=fault)
            return _unusable(fault)
        body = request.body
        try:
            incoming = kind.identify(topic, read_payload(body))
        except MalformedMessage as error:
            keep(body=body, fault=str(error))
            return _unusable(str(error))
        message = keep(
            body=body,
            key=random_token() if incoming.always_new else incoming.key,
            subject=incoming.subject,
        )
        start_handling(message)
    return JsonResponse({"received": True})


def _unusable(fault: str) -> HttpResponse:
    """It is authentic and kept for staff, and would be no better the next time: systems stop to send where they read 4xx too
    often."""
    return JsonResponse({"received": True, "error": fault})


def _later(request: HttpRequest) -> HttpResponse:
    """The outside system sends it again."""
    response = error_response(Unavailable(), status=503, request=request)
    response["Retry-After"] = str(PAUSE_RETRY_SECONDS)
    return response


def _count_refusal(code: str) -> None:
    with suppress(RedisError, ValueError):  # ValueError: nothing is kept while the cache is away
        key = _refusals_key(code)
        cache.add(key, 0, timeout=_COUNTED_FOR.total_seconds())
        cache.incr(key)


def count_refusals(code: str) -> int:
    """Calls of today, on this host, without a good secret. Zero when the cache does not answer."""
    try:
        return int(cache.get(_refusals_key(code)) or 0)
    except RedisError:
        return 0


def _refusals_key(code: str) -> str:
    return f"integrations:refused:{code}:{today():%Y%m%d}"
