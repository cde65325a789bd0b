"""`gift-cards/balance`, `users/store-credit`, and the gift cards of an order."""

from django.urls import path

from apps.giftcards.api import sold, views

urlpatterns = [
    path("gift-cards/balance", views.BalanceView.as_view(), name="gift-card-balance"),
    path(
        "orders/<uuid:order_id>/gift-cards",
        sold.SoldCardListView.as_view(),
        name="order-gift-cards",
    ),
    path(
        "orders/<uuid:order_id>/gift-cards/<uuid:card_id>/mail",
        sold.SoldCardMailView.as_view(),
        name="order-gift-card-mail",
    ),
    path("users/store-credit", views.StoreCreditView.as_view(), name="store-credit"),
]
