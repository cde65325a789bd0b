"""Request bodies that come in pieces, without a length (`Transfer-Encoding: chunked`).

Without `Content-Length` Django reads no bytes: a form would be empty, and a signature would be computed over an empty
body. nginx measures bodies before it passes them on; other fronts, and programs that talk to the web server directly,
do not.
"""

from collections.abc import Callable, Iterable
from tempfile import SpooledTemporaryFile
from typing import IO, Any, Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.template.loader import render_to_string

REFUSED: Final = "polystore.body_refused"
_PIECE: Final = 64 * 1024
_IN_MEMORY: Final = 1024 * 1024
_NO_END: Final = 411  # the server can't say where the body ends

WsgiApplication = Callable[[dict[str, Any], Any], Iterable[bytes]]


class MeasuredBodies:
    """WSGI middleware: sets the length of a chunked body, up to the largest accepted size. Errors of reading are
    recorded and answered by `RefusedBodiesMiddleware`."""

    def __init__(self, application: WsgiApplication) -> None:
        self.application = application

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        if not environ.get("HTTP_TRANSFER_ENCODING"):
            return self.application(environ, start_response)
        with SpooledTemporaryFile(max_size=_IN_MEMORY) as body:
            refused = _read_into(body, environ)
            environ["CONTENT_LENGTH"] = "0" if refused else str(body.tell())
            environ[REFUSED] = refused
            body.seek(0)
            environ["wsgi.input"] = body
            return self.application(environ, start_response)


class RefusedBodiesMiddleware:
    """Answers requests whose body `MeasuredBodies` could not read: 411, 413 or 400, in the API's format under
    `/api/` and `/integrations/`."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        status = request.META.get(REFUSED)
        if not status:
            return self.get_response(request)
        return HttpResponse(render_to_string("400.html"), status=status)


def _read_into(body: IO[bytes], environ: dict[str, Any]) -> int:
    """0, or the status that says why not."""
    if not environ.get("wsgi.input_terminated"):
        return _NO_END
    most = max(settings.DATA_UPLOAD_MAX_MEMORY_SIZE, settings.API_MAX_UPLOAD_BYTES)
    try:
        while piece := environ["wsgi.input"].read(_PIECE):
            body.write(piece)
            if body.tell() > most:
                return 413
    except Exception:  # each server has errors of its own for pieces that are none
        return 400
    return 0
