"""Who may see the pages of an account, and when accounts can be made."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from apps.accounts.models import User
from apps.accounts.selectors import user_of

View = Callable[..., HttpResponseBase]

takes_forms = require_http_methods(["GET", "HEAD", "POST"])


def for_owners(view: View) -> View:
    """Asks for a login. The view gets the account as its second argument."""

    @never_cache
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        user = user_of(request)
        if user is None:
            goal = request.get_full_path() if request.method in ("GET", "HEAD") else ""
            asked = f"?{urlencode({REDIRECT_FIELD_NAME: goal})}" if goal else ""
            return redirect(reverse("owners:login") + asked)
        return view(request, user, *args, **kwargs)

    return guarded


def while_open(view: View) -> View:
    """404 where the platform's operators open the stores themselves."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not settings.SIGNUP_OPEN:
            raise Http404
        return view(request, *args, **kwargs)

    return guarded


def owner_of(request: HttpRequest) -> User | None:
    """For pages that also strangers see."""
    return user_of(request)
