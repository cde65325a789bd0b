"""API keys in the OpenAPI document: how they are sent, and which scope each operation needs."""

from collections.abc import Iterator, Mapping
from typing import Any

from django.conf import settings
from django.urls import get_resolver
from drf_spectacular.extensions import OpenApiAuthenticationExtension

from apps.partners.scopes import scope_of

NAME = "apiKey"
_FORBIDDEN = {
    "description": "The API key does not have the scope.",
    "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}},
}
_METHODS = ("get", "post", "put", "patch", "delete")


class KeyScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    target_class = "apps.partners.authentication.KeyAuthentication"
    name = NAME

    def get_security_definition(self, auto_schema: Any) -> dict[str, Any]:
        return {
            "type": "http",
            "scheme": "bearer",
            "bearerFormat": "pk_live_...",
            "description": "The API key of a program. Each operation names the scope that the key needs.",
        }


def add_scopes(result: Any, generator: Any, request: Any, public: bool) -> Any:
    """A hook of drf-spectacular. Operations that take no key do not offer it; on the platform none does."""
    urlconf = generator.urlconf or settings.ROOT_URLCONF
    names = {} if urlconf == settings.ROOT_URLCONF else dict(_named_paths(urlconf))
    for path, item in result["paths"].items():
        for method in _METHODS:
            operation = item.get(method)
            if operation is not None:
                _describe(operation, scope_of(names.get(path, ""), method.upper()))
    if not names:
        result["components"].get("securitySchemes", {}).pop(NAME, None)
    return result


def _describe(operation: dict[str, Any], scope: str | None) -> None:
    others = [way for way in operation.get("security", []) if NAME not in way]
    if scope is None:
        operation["security"] = others
        return
    operation["security"] = [*others, {NAME: []}]
    operation["x-scope"] = scope
    operation["responses"].setdefault("403", _FORBIDDEN)
    operation["description"] = (
        f"{operation.get('description', '')}\n\nScope of an API key: `{scope}`.".strip()
    )


def _named_paths(urlconf: str) -> Iterator[tuple[str, str]]:
    """Path of the OpenAPI document, name of the route."""
    found: Mapping[Any, Any] = get_resolver(urlconf).reverse_dict
    for name in found:
        if isinstance(name, str):
            for possibilities, *_rest in found.getlist(name):  # type: ignore[attr-defined]  # a MultiValueDict
                for template, parameters in possibilities:
                    yield "/" + template % {one: f"{{{one}}}" for one in parameters}, name
