"""The token authentication in the OpenAPI document. Imported by `urls.py`, which is what registers it."""

from drf_spectacular.contrib.rest_framework_simplejwt import SimpleJWTScheme


class TokenScheme(SimpleJWTScheme):  # type: ignore[no-untyped-call]
    target_class = "apps.accounts.api.authentication.TokenAuthentication"
    name = "accessToken"
