"""`orders/<id>/documents` and the file of each; a gift card to print."""

from django.urls import path

from apps.invoices.api import gift_cards, views

urlpatterns = [
    path("gift-cards/print", gift_cards.GiftCardFileView.as_view(), name="gift-card-print"),
    path(
        "orders/<uuid:order_id>/documents",
        views.DocumentListView.as_view(),
        name="order-documents",
    ),
    path(
        "orders/<uuid:order_id>/documents/<uuid:document_id>/pdf",
        views.DocumentFileView.as_view(),
        name="order-document-pdf",
    ),
]
