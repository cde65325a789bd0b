"""A user's own profile and address book by REST."""

from typing import Any, ClassVar
from uuid import UUID

from rest_framework.request import Request
from rest_framework.response import Response

from apps.accounts import selectors
from apps.accounts import services as accounts
from apps.accounts.api.base import LOGIN, ActorView
from apps.accounts.api.serializers import (
    AddressInput,
    AddressListSerializer,
    AddressSerializer,
    ProfileInput,
    UserSerializer,
)
from apps.accounts.models import Address
from apps.common.api.schemas import documented
from apps.events.api.idempotency import repeatable

TAG = "users"


def present_address(address: Address) -> dict[str, Any]:
    return {
        "id": str(address.pk),
        **address.as_dict(),
        "company": address.company,
        "tax_number": address.tax_number,
        "is_default": address.is_default,
    }


class ProfileView(ActorView):
    needs: ClassVar = {"GET": LOGIN, "PUT": LOGIN, "PATCH": LOGIN}

    @documented("Your profile", operation="users_profile", tag=TAG, answers={200: UserSerializer})
    def get(self, request: Request) -> Response:
        return Response(UserSerializer(self.person).data)

    @documented(
        "Replace name and phone",
        operation="users_profile_replace",
        tag=TAG,
        body=ProfileInput,
        answers={200: UserSerializer},
    )
    def put(self, request: Request) -> Response:
        return self._update(partial=False)

    @documented(
        "Change name or phone",
        operation="users_profile_update",
        tag=TAG,
        body=ProfileInput(partial=True),
        answers={200: UserSerializer},
    )
    def patch(self, request: Request) -> Response:
        return self._update(partial=True)

    def _update(self, *, partial: bool) -> Response:
        values = self.read_body(ProfileInput, partial=partial)
        user = accounts.update_profile(user=self.person, values=values)
        return Response(UserSerializer(user).data)


class AddressListView(ActorView):
    needs: ClassVar = {"GET": LOGIN, "POST": LOGIN}

    @documented(
        "Your address book",
        operation="users_addresses",
        tag=TAG,
        answers={200: AddressListSerializer},
    )
    def get(self, request: Request) -> Response:
        addresses = selectors.list_addresses_for(self.person)
        return Response({"results": [present_address(address) for address in addresses]})

    @documented(
        "Add an address",
        operation="users_addresses_create",
        tag=TAG,
        body=AddressInput,
        answers={201: AddressSerializer},
        errors=(403,),
        idempotent=True,
    )
    @repeatable
    def post(self, request: Request) -> Response:
        address = accounts.save_address(user=self.person, values=self.read_body(AddressInput))
        return Response(present_address(address), status=201)


class AddressView(ActorView):
    needs: ClassVar = dict.fromkeys(("GET", "PUT", "PATCH", "DELETE"), LOGIN)

    @documented(
        "One of your addresses",
        operation="users_address",
        tag=TAG,
        answers={200: AddressSerializer},
        errors=(404,),
    )
    def get(self, request: Request, address_id: UUID) -> Response:
        address = selectors.get_address_for(self.person, address_id)
        return Response(present_address(address))

    @documented(
        "Replace an address",
        operation="users_address_replace",
        tag=TAG,
        body=AddressInput,
        answers={200: AddressSerializer},
        errors=(404,),
    )
    def put(self, request: Request, address_id: UUID) -> Response:
        return self._update(address_id, partial=False)

    @documented(
        "Change an address",
        operation="users_address_update",
        tag=TAG,
        body=AddressInput(partial=True),
        answers={200: AddressSerializer},
        errors=(404,),
    )
    def patch(self, request: Request, address_id: UUID) -> Response:
        return self._update(address_id, partial=True)

    @documented(
        "Remove an address",
        operation="users_address_delete",
        tag=TAG,
        answers={204: None},
        errors=(404,),
    )
    def delete(self, request: Request, address_id: UUID) -> Response:
        address = selectors.get_address_for(self.person, address_id)
        accounts.delete_address(user=self.person, address=address)
        return Response(status=204)

    def _update(self, address_id: UUID, *, partial: bool) -> Response:
        address = selectors.get_address_for(self.person, address_id)
        values = self.read_body(AddressInput, partial=partial)
        address = accounts.save_address(user=self.person, values=values, address=address)
        return Response(present_address(address))
