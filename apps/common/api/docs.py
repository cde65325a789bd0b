"""The API's own description: `/api/v1/schema` for programs, `/api/v1/docs` for people."""

from typing import Any

from django.http import HttpResponse
from drf_spectacular.renderers import OpenApiJsonRenderer, OpenApiYamlRenderer
from drf_spectacular.utils import extend_schema
from drf_spectacular.views import SpectacularSwaggerSplitView
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from apps.common.api.schemas import build_schema
from apps.common.api.views import ApiView


class SchemaView(ApiView):
    """OpenAPI 3, as JSON unless YAML is asked for. Built once per process."""

    authentication_classes = ()
    renderer_classes = (OpenApiJsonRenderer, JSONRenderer, OpenApiYamlRenderer)
    cache_control = "public, max-age=60"

    @extend_schema(exclude=True)
    def get(self, request: Request) -> Response:
        return Response(build_schema())


class DocsView(SpectacularSwaggerSplitView):
    """Swagger UI from our own static files; its script is a request of its own, as the CSP wants it."""

    url_name = "schema"
    template_name = "api/docs.html"

    def options(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        return HttpResponse(status=204)
