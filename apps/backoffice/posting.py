"""URLs that accept only POST."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import resolve_url
from django.views.decorators.http import require_http_methods

View = Callable[..., HttpResponseBase]
_takes = require_http_methods(["GET", "HEAD", "POST"])


def posted(page: str, *named: str) -> Callable[[View], View]:
    """Such a view. Its address, read after a refusal or reloaded, leads to `page`, the page that has the form.

    `named` are the parameters of the view that `page` needs, in its order. The page checks rights by itself.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def taking(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if request.method != "POST":
                return HttpResponseRedirect(resolve_url(page, *(kwargs[name] for name in named)))
            return view(request, *args, **kwargs)

        return _takes(taking)

    return decorate
