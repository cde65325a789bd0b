"""Mounted under `/api/v1/` on the platform's host. `store` is an id or a short name."""

from django.urls import path

from apps.operations.api import views

urlpatterns = [
    path("stores/<str:store>", views.StoreView.as_view(), name="store"),
    path("stores/<str:store>/suspend", views.SuspendView.as_view(), name="store-suspend"),
    path("stores/<str:store>/reinstate", views.ReinstateView.as_view(), name="store-reinstate"),
    path("stores/<str:store>/publish", views.PublishView.as_view(), name="store-publish"),
    path("stores/<str:store>/unpublish", views.UnpublishView.as_view(), name="store-unpublish"),
    path("stores/<str:store>/archive", views.ArchiveView.as_view(), name="store-archive"),
    path("stores/<str:store>/deletion", views.DeletionView.as_view(), name="store-deletion"),
    path(
        "stores/<str:store>/deletion/confirm",
        views.DeletionConfirmView.as_view(),
        name="store-deletion-confirm",
    ),
]
