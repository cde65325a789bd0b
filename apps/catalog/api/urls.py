"""`products/...`, `bundles/...` and `categories/...`."""

from django.urls import URLPattern, path

from apps.catalog.api import bundles, categories, notices, views

urlpatterns: list[URLPattern] = [
    path("products", views.ProductListView.as_view(), name="products"),
    path("products/<str:product_id>", views.ProductView.as_view(), name="product"),
    path(
        "products/<str:product_id>/images",
        views.ProductImagesView.as_view(),
        name="product-images",
    ),
    path(
        "products/<str:product_id>/images/<str:image_id>",
        views.ProductImageView.as_view(),
        name="product-image",
    ),
    path("bundles", bundles.BundlesView.as_view(), name="bundles"),
    path("bundles/<uuid:bundle_id>", bundles.BundleView.as_view(), name="bundle"),
    path("stock-notices", notices.StockNoticesView.as_view(), name="stock-notices"),
    path("categories", categories.CategoryListView.as_view(), name="categories"),
    path("categories/<str:category_id>", categories.CategoryView.as_view(), name="category"),
    path(
        "categories/<str:category_id>/products",
        categories.CategoryProductsView.as_view(),
        name="category-products",
    ),
]
