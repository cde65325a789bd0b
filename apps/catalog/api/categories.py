"""Categories by REST: public reads, writes for staff with the permission."""

from dataclasses import replace
from typing import ClassVar

from rest_framework.request import Request
from rest_framework.response import Response

from apps.accounts.api.base import ActorView
from apps.accounts.api.cached_answers import cached_for_visitors
from apps.catalog import selectors
from apps.catalog import services as catalog
from apps.catalog.api.listing import find_category, list_page
from apps.catalog.api.presenting import present_category, present_node
from apps.catalog.api.serializers import (
    CategoryInputSerializer,
    CategoryNodeSerializer,
    CategorySerializer,
    CategoryTreeSerializer,
    ProductPageSerializer,
    ProductQuery,
)
from apps.catalog.api.views import ProductAccess
from apps.catalog.documents import Category, ProductStatus
from apps.catalog.inputs import CategoryInput
from apps.common.api.schemas import documented
from apps.events.api.idempotency import repeatable

TAG = "categories"
VIEW = "catalog.view_category"


class CategoryListView(ActorView):
    needs: ClassVar = {"POST": "catalog.add_category"}
    cache_control = "private, no-cache"
    has_etag = True

    @documented(
        "The category tree",
        operation="categories_list",
        tag=TAG,
        answers={200: CategoryTreeSerializer},
        description="Staff also see categories that are not active.",
    )
    @cached_for_visitors
    def get(self, request: Request) -> Response:
        tree = selectors.category_tree(include_inactive=self.allows(VIEW))
        return Response({"results": [present_node(node) for node in tree]})

    @documented(
        "Add a category",
        operation="categories_create",
        tag=TAG,
        body=CategoryInputSerializer,
        answers={201: CategorySerializer},
        errors=(403,),
        idempotent=True,
    )
    @repeatable
    def post(self, request: Request) -> Response:
        values = self.read_body(CategoryInputSerializer)
        category = catalog.create_category(data=CategoryInput(**values))
        return Response(present_category(category), status=201)


class CategoryView(ActorView):
    needs: ClassVar = {
        "PUT": "catalog.change_category",
        "PATCH": "catalog.change_category",
        "DELETE": "catalog.delete_category",
    }
    cache_control = "private, no-cache"
    has_etag = True

    @documented(
        "A category with its subcategories",
        operation="categories_read",
        tag=TAG,
        answers={200: CategoryNodeSerializer},
        errors=(404,),
    )
    @cached_for_visitors
    def get(self, request: Request, category_id: str) -> Response:
        node = find_category(category_id, include_inactive=self.allows(VIEW))
        return Response(present_node(node))

    @documented(
        "Replace a category",
        operation="categories_replace",
        tag=TAG,
        body=CategoryInputSerializer,
        answers={200: CategorySerializer},
        errors=(403, 404, 409),
        idempotent=True,
    )
    @repeatable
    def put(self, request: Request, category_id: str) -> Response:
        category = selectors.get_category_by_id(category_id)
        values = {"image": category.image, **self.read_body(CategoryInputSerializer)}
        return self._save(category, CategoryInput(**values))

    @documented(
        "Change or move a category",
        operation="categories_update",
        tag=TAG,
        body=CategoryInputSerializer(partial=True),
        answers={200: CategorySerializer},
        errors=(403, 404, 409),
        idempotent=True,
    )
    @repeatable
    def patch(self, request: Request, category_id: str) -> Response:
        category = selectors.get_category_by_id(category_id)
        values = self.read_body(CategoryInputSerializer, partial=True)
        return self._save(category, replace(CategoryInput.of(category), **values))

    @documented(
        "Delete a category without subcategories",
        operation="categories_delete",
        tag=TAG,
        answers={204: None},
        errors=(403, 404, 409),
        idempotent=True,
    )
    @repeatable
    def delete(self, request: Request, category_id: str) -> Response:
        catalog.delete_category(category=selectors.get_category_by_id(category_id))
        return Response(status=204)

    def _save(self, category: Category, data: CategoryInput) -> Response:
        category = catalog.update_category(category=category, data=data)
        return Response(present_category(category))


class CategoryProductsQuery(ProductQuery):
    """The parameters are those of `GET products`; the address names the category."""

    category = None  # type: ignore[assignment]
    status = None  # type: ignore[assignment]


class CategoryProductsView(ProductAccess):
    cache_control = "private, no-cache"
    has_etag = True

    @documented(
        "The products of a category and all below it",
        operation="categories_products",
        tag=TAG,
        parameters=[CategoryProductsQuery],
        answers={200: ProductPageSerializer},
        errors=(404,),
    )
    @cached_for_visitors
    def get(self, request: Request, category_id: str) -> Response:
        query = self.read_query(CategoryProductsQuery)
        query["category"] = find_category(category_id).slug
        page = list_page(
            request=request,
            query=query,
            status=ProductStatus.ACTIVE.value,
            groups=self.groups,
        )
        return Response(page)
