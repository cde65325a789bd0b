"""Authentication of API requests by the key of a program. It imports no REST view: settings name its class."""

from typing import Final

from django.utils.translation import gettext
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed, PermissionDenied, Throttled
from rest_framework.request import Request

from apps.accounts.programs import Program
from apps.common.api.throttles import is_within_rate
from apps.metering.api_log.calls import Caller
from apps.metering.middleware import mark_call
from apps.partners.keys import MARK, Holder, find_holder, note_use
from apps.partners.monthly import count_call
from apps.partners.scopes import SAFE_METHODS, covers, is_buying, scope_of
from apps.tenancy.context import current_store_or_none

_SCHEME: Final = "bearer"


class KeyAuthentication(BaseAuthentication):
    """`Authorization: Bearer pk_...`. Other bearers are left to the next class.

    A key that is unknown, revoked, expired or of another store: 401, always the same; 429 after too many of them from one
    address. A key without the scope of the
    route, and any key at a route that takes none: 403, as `plan_limit_reached` beyond the calls that the plan allows in a month.
    """

    def authenticate(self, request: Request) -> tuple[Program, Holder] | None:
        text = _read_key(request)
        if text is None:
            return None
        holder = find_holder(text) if current_store_or_none() is not None else None
        if holder is None:
            if not is_within_rate("anonymous", request._request):
                raise Throttled
            raise AuthenticationFailed(gettext("The API key is not valid."))
        route, method = _route_of(request), request.method or ""
        _require_scope(holder, route, method)
        mark_call(request._request, Caller(holder.id, holder.name))
        count_call(is_buying=is_buying(route, method))
        note_use(holder)
        return holder.program, holder

    def authenticate_header(self, request: Request) -> str:
        return 'Bearer realm="api"'


def _read_key(request: Request) -> str | None:
    scheme, _space, text = request.headers.get("Authorization", "").partition(" ")
    text = text.strip()
    return text if scheme.lower() == _SCHEME and text.startswith(MARK) else None


def _route_of(request: Request) -> str:
    match = request._request.resolver_match
    return (match.url_name or "") if match is not None else ""


def _require_scope(holder: Holder, route: str, method: str) -> None:
    needed = scope_of(route, method)
    if needed is None:
        raise PermissionDenied(gettext("API keys are not taken here."), code="no_keys_here")
    if not covers(holder.scopes, needed):
        words = gettext("This API key does not have the scope %(scope)s.") % {"scope": needed}
        raise PermissionDenied(words, code="scope_missing")
    store = current_store_or_none()
    if method not in SAFE_METHODS and store is not None and store.is_suspended:
        raise PermissionDenied(gettext("This store is suspended: its data can be read only."))
