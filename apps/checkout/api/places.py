"""The address format of a country, for frontends with their own forms."""

from typing import Any

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from apps.accounts.api.base import ActorView
from apps.common.addresses import address_format, country_name, find_country, region_choices
from apps.common.addresses.postal_codes import example_postal_code
from apps.common.api.schemas import documented
from apps.common.errors import NotFound
from apps.common.places import country_choices
from apps.tenancy.context import current_store

TAG = "checkout"


class CountrySerializer(serializers.Serializer[Any]):
    code = serializers.CharField(help_text="ISO 3166, such as IN.")
    name = serializers.CharField()


class CountryListSerializer(serializers.Serializer[Any]):
    results = CountrySerializer(many=True)


class AddressFieldSerializer(serializers.Serializer[Any]):
    name = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]
    required = serializers.BooleanField()  # type: ignore[assignment]


class RegionSerializer(serializers.Serializer[Any]):
    code = serializers.CharField(help_text="ISO 3166-2 without the country, such as KA.")
    name = serializers.CharField()


class AddressFormatSerializer(CountrySerializer):
    fields = AddressFieldSerializer(many=True)  # type: ignore[assignment]
    regions = RegionSerializer(
        many=True, help_text="Empty: a region is not asked for, or any text is taken."
    )
    postal_code_example = serializers.CharField(help_text='"" where the country has none.')


class PlaceView(ActorView):
    """The same answer for all clients until the next release."""

    cache_control = "private, max-age=3600"
    has_etag = True


class CountryListView(PlaceView):
    @documented(
        "Countries by name",
        operation="countries",
        tag=TAG,
        answers={200: CountryListSerializer},
        description="Where a cart can be sent, `checkout/options` says.",
    )
    def get(self, request: Request) -> Response:
        choices = country_choices(current_store().language)
        return Response({"results": [{"code": code, "name": name} for code, name in choices]})


class CountryView(PlaceView):
    @documented(
        "What an address of a country looks like",
        operation="country",
        tag=TAG,
        answers={200: AddressFormatSerializer},
        errors=(404,),
        description="Its fields in their order, which of them are needed, their labels, and the regions to choose from.",
    )
    def get(self, request: Request, country: str) -> Response:
        code = find_country(country)
        if code is None:
            raise NotFound
        language = current_store().language
        form = address_format(code)
        return Response(
            {
                "code": code,
                "name": country_name(code, language),
                "fields": [
                    {"name": name, "label": form.label(name), "required": name in form.required}
                    for name in form.order(language)
                ],
                "regions": [
                    {"code": code, "name": name} for code, name in region_choices(code, language)
                ],
                "postal_code_example": example_postal_code(code)
                if form.uses("postal_code")
                else "",
            }
        )
