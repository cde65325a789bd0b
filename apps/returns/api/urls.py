"""`orders/<id>/return-requests` and what a buyer does with each."""

from django.urls import path

from apps.returns.api import views

_REQUEST = "orders/<uuid:order_id>/return-requests/<slug:number>"

urlpatterns = [
    path(
        "orders/<uuid:order_id>/return-requests",
        views.ReturnRequestListView.as_view(),
        name="return-requests",
    ),
    path(_REQUEST, views.ReturnRequestView.as_view(), name="return-request"),
    path(f"{_REQUEST}/withdraw", views.WithdrawView.as_view(), name="return-request-withdraw"),
    path(f"{_REQUEST}/sent", views.SentView.as_view(), name="return-request-sent"),
]
