"""Mounted under `/api/v1/` on the platform's host."""

from django.urls import path

from apps.provisioning.api import views

urlpatterns = [
    path("stores", views.StoresView.as_view(), name="stores"),
    path("provision", views.ProvisionView.as_view(), name="provision"),
    path("provision/check", views.ProvisionCheckView.as_view(), name="provision-check"),
    path(
        "provision/<uuid:job_id>/status",
        views.ProvisionStatusView.as_view(),
        name="provision-status",
    ),
    path(
        "provision/<uuid:job_id>/retry",
        views.ProvisionRetryView.as_view(),
        name="provision-retry",
    ),
]
