"""`orders/<id>/documents` and the file of each."""

from django.urls import path

from apps.invoices.api import views

urlpatterns = [
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
