"""`cart/...`"""

from django.urls import path

from apps.carts.api import keeping, sharing, views

urlpatterns = [
    path("cart", views.CartView.as_view(), name="cart"),
    path("cart/codes", views.CartCodesView.as_view(), name="cart-codes"),
    path("cart/codes/<str:code>", views.CartCodeView.as_view(), name="cart-code"),
    path("cart/items", views.CartItemsView.as_view(), name="cart-items"),
    path("cart/items/<str:line_id>", views.CartItemView.as_view(), name="cart-item"),
    path("cart/items/<str:line_id>/save", keeping.CartItemSaveView.as_view(), name="cart-save"),
    path("cart/items/<str:line_id>/seen", keeping.CartItemSeenView.as_view(), name="cart-seen"),
    path("cart/saved/<str:line_id>", keeping.CartSavedView.as_view(), name="cart-saved"),
    path("cart/notices", keeping.CartNoticesView.as_view(), name="cart-notices"),
    path("cart/notices/<str:notice_id>", keeping.CartNoticeView.as_view(), name="cart-notice"),
    path("cart/share", sharing.CartShareView.as_view(), name="cart-share"),
    path("cart/shared/<str:token>", sharing.CartSharedView.as_view(), name="cart-shared"),
    path("cart/merge", keeping.CartMergeView.as_view(), name="cart-merge"),
]
