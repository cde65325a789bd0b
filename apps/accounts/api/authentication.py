"""Authentication of API requests by access token. This module imports no REST view: settings name its class, and a
view imported from here would import the settings in a circle."""

from typing import Any
from uuid import UUID

from django.utils.translation import gettext
from rest_framework_simplejwt.authentication import JWTAuthentication
from rest_framework_simplejwt.exceptions import InvalidToken
from rest_framework_simplejwt.settings import api_settings

from apps.common.actor import Actor, ActorKind
from apps.tenancy.context import use_actor


class TokenAuthentication(JWTAuthentication):
    """`Authorization: Bearer <access token>`. A token of another store, an ended account, a changed password: 401."""

    def get_validated_token(self, raw_token: bytes) -> Any:
        try:
            return super().get_validated_token(raw_token)
        except InvalidToken as error:
            raise InvalidToken(gettext("The access token is invalid or has expired.")) from error

    def get_user(self, validated_token: Any) -> Any:
        """The user's row is read as the person the token names: once confirmed, the scope is right already."""
        try:
            claimed = UUID(str(validated_token.get(api_settings.USER_ID_CLAIM)))
        except ValueError:
            return super().get_user(validated_token)
        with use_actor(Actor(ActorKind.CUSTOMER, claimed, "")):
            return super().get_user(validated_token)
