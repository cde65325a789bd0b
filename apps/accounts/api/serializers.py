"""Input and output of accounts."""

from typing import Any

from rest_framework import serializers

from apps.accounts.models import Address, User
from apps.accounts.roles import Role
from apps.common.api.fields import (
    CodeField,
    EmailField,
    FlagField,
    LineField,
    MomentField,
    RawField,
)
from apps.common.api.serializers import StrictSerializer

PASSWORD_MAX = 256  # hashing a novel costs the server, not the attacker


class CredentialsInput(StrictSerializer):
    email = LineField(max_length=254)
    password = RawField(max_length=PASSWORD_MAX, trim_whitespace=False, write_only=True)
    refresh_cookie = FlagField(
        default=False,
        help_text="Keep the refresh token in an httpOnly cookie instead of the answer.",
    )


class RegistrationInput(StrictSerializer):
    email = EmailField(max_length=254)
    password = RawField(max_length=PASSWORD_MAX, trim_whitespace=False, write_only=True)
    first_name = LineField(max_length=100, default="", allow_blank=True)
    last_name = LineField(max_length=100, default="", allow_blank=True)
    phone = CodeField(max_length=60, default="", allow_blank=True)
    refresh_cookie = FlagField(default=False)


class RefreshInput(StrictSerializer):
    refresh = RawField(
        max_length=4096, required=False, help_text="Leave it out when the cookie holds it."
    )


class UserSerializer(serializers.Serializer[User]):
    id = serializers.UUIDField()
    email = serializers.CharField()
    first_name = serializers.CharField()
    last_name = serializers.CharField()
    phone = serializers.CharField()
    role = serializers.ChoiceField(choices=Role.choices)
    is_staff = serializers.BooleanField()
    created_at = MomentField()


class TokenSerializer(serializers.Serializer[Any]):
    access = serializers.CharField(help_text="Send it as `Authorization: Bearer ...`.")
    refresh = serializers.CharField(
        allow_null=True, help_text="Good for one refresh; null when it is in the cookie."
    )
    expires_in = serializers.IntegerField(help_text="Seconds until the access token expires.")


class SessionSerializer(TokenSerializer):
    user = UserSerializer()


class ProfileInput(StrictSerializer):
    first_name = LineField(max_length=100, allow_blank=True)
    last_name = LineField(max_length=100, allow_blank=True)
    phone = CodeField(max_length=60, allow_blank=True)


class PostalAddressInput(StrictSerializer):
    """An address as checkout takes it. `common.addresses` validates the fields of the country."""

    name = LineField(max_length=120)
    line1 = LineField(max_length=200)
    line2 = LineField(max_length=200, default="", allow_blank=True)
    city = LineField(
        max_length=100, default="", allow_blank=True, help_text="Most countries need one."
    )
    region = LineField(
        max_length=100,
        default="",
        allow_blank=True,
        help_text="Code or name; kept as the code (`KA`) where the country has a list.",
    )
    postal_code = CodeField(max_length=60, default="", allow_blank=True)
    country = LineField(max_length=60, help_text="ISO 3166 code, such as IN.", initial="IN")
    phone = CodeField(
        max_length=60, default="", allow_blank=True, help_text="Kept as `+918023456789;ext=12`."
    )


class AddressInput(PostalAddressInput):
    """An address for the address book."""

    company = LineField(max_length=120, default="", allow_blank=True)
    tax_number = CodeField(
        max_length=24,
        default="",
        allow_blank=True,
        help_text="GSTIN, VAT ID or the like; checkout checks it.",
    )
    is_default = FlagField(default=False)


class AddressSerializer(serializers.Serializer[Address]):
    id = serializers.UUIDField()
    name = serializers.CharField()
    line1 = serializers.CharField()
    line2 = serializers.CharField()
    city = serializers.CharField()
    region = serializers.CharField()
    postal_code = serializers.CharField()
    country = serializers.CharField()
    phone = serializers.CharField()
    company = serializers.CharField()
    tax_number = serializers.CharField()
    is_default = serializers.BooleanField()


class AddressListSerializer(serializers.Serializer[Any]):
    results = AddressSerializer(many=True)
