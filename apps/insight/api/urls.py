"""Mounted under `/api/v1/` on the platform's host."""

from django.urls import path

from apps.insight.api import views

urlpatterns = [
    path("admin/analytics/days", views.DaysView.as_view(), name="analytics-days"),
    path("admin/analytics/revenue", views.RevenueView.as_view(), name="analytics-revenue"),
    path("admin/analytics/sales", views.SalesView.as_view(), name="analytics-sales"),
    path("admin/analytics/cohorts", views.CohortsView.as_view(), name="analytics-cohorts"),
    path("admin/analytics/stores", views.StoresView.as_view(), name="analytics-stores"),
    path(
        "admin/analytics/definitions", views.DefinitionsView.as_view(), name="analytics-definitions"
    ),
]
