"""Products by REST: public reads of active products, writes for staff with the permission."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, ClassVar

from django.utils.translation import gettext
from rest_framework.exceptions import PermissionDenied
from rest_framework.request import Request
from rest_framework.response import Response

from apps.accounts.api.base import ActorView
from apps.accounts.api.cached_answers import cached_for_visitors
from apps.catalog import selectors
from apps.catalog import services as catalog
from apps.catalog.api.examples import NEW_PRODUCT
from apps.catalog.api.listing import list_page
from apps.catalog.api.presenting import present_image
from apps.catalog.api.serializers import (
    ImageInputSerializer,
    ImageSerializer,
    ProductInputSerializer,
    ProductPageSerializer,
    ProductQuery,
    ProductSerializer,
)
from apps.catalog.api.showing import show, show_to_visitor
from apps.catalog.documents import Product, ProductStatus
from apps.catalog.inputs import OptionInput, PriceInput, ProductInput, VariantInput
from apps.common.api.parsers import LimitedMultiPartParser
from apps.common.api.schemas import documented
from apps.events.api.idempotency import repeatable
from apps.platform.selectors import current_url
from apps.prices.rules import NO_GROUPS, Groups
from apps.prices.selectors import price_groups_of

TAG = "products"
VIEW = "catalog.view_product"


class ProductAccess(ActorView):
    @property
    def groups(self) -> Groups:
        """At whose prices the sender buys; a sender with credentials never gets a kept answer."""
        return price_groups_of(self.user.pk) if self.user is not None else NO_GROUPS

    def find(self, product_id: str, *, hidden: bool | None = None) -> Product:
        include_hidden = self.allows(VIEW) if hidden is None else hidden
        return selectors.get_product_by_id(product_id, include_hidden=include_hidden)

    def answer(self, product: Product, *, status: int = 200) -> Response:
        return Response(show(product), status=status)


class ProductListView(ProductAccess):
    needs: ClassVar = {"POST": "catalog.add_product"}
    cache_control = "private, no-cache"
    has_etag = True

    @documented(
        "Products, newest first; those of a search by relevance",
        operation="products_list",
        tag=TAG,
        parameters=[ProductQuery],
        answers={200: ProductPageSerializer},
        errors=(403, 404),
    )
    @cached_for_visitors
    def get(self, request: Request) -> Response:
        query = self.read_query(ProductQuery)
        wanted = query.pop("status", ProductStatus.ACTIVE.value)
        if wanted != ProductStatus.ACTIVE and not self.allows(VIEW):
            raise PermissionDenied(gettext("Only staff see products that are not active."))
        return Response(
            list_page(
                request=request,
                query=query,
                status=None if wanted == "all" else wanted,
                groups=self.groups,
            )
        )

    @documented(
        "Add a product",
        operation="products_create",
        tag=TAG,
        body=ProductInputSerializer,
        examples=[NEW_PRODUCT],
        answers={201: ProductSerializer},
        errors=(403,),
        idempotent=True,
    )
    @repeatable
    def post(self, request: Request) -> Response:
        values = self.read_body(ProductInputSerializer)
        values.pop("version", None)
        product = catalog.save_product(data=ProductInput(**to_input(values)))
        return self.answer(product, status=201)


class ProductView(ProductAccess):
    needs: ClassVar = {
        "PUT": "catalog.change_product",
        "PATCH": "catalog.change_product",
        "DELETE": "catalog.delete_product",
    }
    cache_control = "private, no-cache"
    has_etag = True

    @documented(
        "One product with variants, prices, stock and pictures",
        operation="products_read",
        tag=TAG,
        answers={200: ProductSerializer},
        errors=(404,),
    )
    @cached_for_visitors
    def get(self, request: Request, product_id: str) -> Response:
        if self.allows(VIEW):
            return self.answer(self.find(product_id))
        return Response(show_to_visitor(product_id, self.groups))

    @documented(
        "Replace a product",
        operation="products_replace",
        tag=TAG,
        body=ProductInputSerializer,
        answers={200: ProductSerializer},
        errors=(403, 404, 409),
        idempotent=True,
        description=(
            "Variants with an `id` stay the same variant, those without are new, those missing are removed. Pictures "
            "stay."
        ),
    )
    @repeatable
    def put(self, request: Request, product_id: str) -> Response:
        product = self.find(product_id)
        values = self.read_body(ProductInputSerializer)
        version = values.pop("version", None)
        data = ProductInput(**to_input(values))
        return self._save(product, data, version)

    @documented(
        "Change parts of a product",
        operation="products_update",
        tag=TAG,
        body=ProductInputSerializer(partial=True),
        answers={200: ProductSerializer},
        errors=(403, 404, 409),
        idempotent=True,
        description="Fields that are not named stay unchanged. `variants`, if named, is the complete list.",
    )
    @repeatable
    def patch(self, request: Request, product_id: str) -> Response:
        product = self.find(product_id)
        values = self.read_body(ProductInputSerializer, partial=True)
        version = values.pop("version", None)
        data = replace(ProductInput.of(product), **to_input(values))
        return self._save(product, data, version)

    @documented(
        "Delete a product",
        operation="products_delete",
        tag=TAG,
        answers={204: None},
        errors=(403, 404),
        idempotent=True,
    )
    @repeatable
    def delete(self, request: Request, product_id: str) -> Response:
        catalog.delete_product(product=self.find(product_id))
        return Response(status=204)

    def _save(self, product: Product, data: ProductInput, version: int | None) -> Response:
        saved = catalog.save_product(data=data, product=product, expected_version=version)
        return self.answer(saved)


class ProductImagesView(ProductAccess):
    needs: ClassVar = {"POST": "catalog.change_product"}
    parser_classes = (LimitedMultiPartParser,)

    @documented(
        "Add a picture",
        operation="products_add_image",
        tag=TAG,
        body={"multipart/form-data": ImageInputSerializer},
        answers={201: ImageSerializer},
        errors=(403, 404, 409),
    )
    def post(self, request: Request, product_id: str) -> Response:
        product = self.find(product_id)
        values = self.read_body(ImageInputSerializer)
        image = catalog.add_image(product=product, file=values["file"], alt=values["alt"])
        base = current_url("")
        return Response(present_image(image, base), status=201)


class ProductImageView(ProductAccess):
    needs: ClassVar = {"DELETE": "catalog.change_product"}

    @documented(
        "Remove a picture",
        operation="products_remove_image",
        tag=TAG,
        answers={204: None},
        errors=(403, 404, 409),
    )
    def delete(self, request: Request, product_id: str, image_id: str) -> Response:
        catalog.remove_image(product=self.find(product_id), image_id=image_id)
        return Response(status=204)


def to_input(values: Mapping[str, Any]) -> dict[str, Any]:
    """Checked values as the catalog's services take them."""
    data = dict(values)
    if "options" in data:
        data["options"] = [OptionInput(**option) for option in data["options"]]
    if "variants" in data:
        data["variants"] = [_variant_input(variant) for variant in data["variants"]]
    return data


def _variant_input(values: Mapping[str, Any]) -> VariantInput:
    prices = [
        PriceInput(
            currency=price["currency"],
            amount_minor=price["amount_minor"],
            compare_at_minor=price["compare_at_minor"],
        )
        for price in values["prices"]
    ]
    return VariantInput(**{**values, "prices": prices})
