"""`gift-cards/balance` and `users/store-credit`"""

from django.urls import path

from apps.giftcards.api import views

urlpatterns = [
    path("gift-cards/balance", views.BalanceView.as_view(), name="gift-card-balance"),
    path("users/store-credit", views.StoreCreditView.as_view(), name="store-credit"),
]
