"""Who sends this request, by its access token. This module imports no REST view: settings name its class, and a
view imported from here would import the settings in a circle."""

from typing import Any

from rest_framework_simplejwt.authentication import JWTAuthentication
from rest_framework_simplejwt.exceptions import InvalidToken


class TokenAuthentication(JWTAuthentication):
    """`Authorization: Bearer <access token>`. A token of another store, an ended account, a changed password: 401."""

    def get_validated_token(self, raw_token: bytes) -> Any:
        try:
            return super().get_validated_token(raw_token)
        except InvalidToken as error:
            raise InvalidToken("The access token is invalid or has expired.") from error
