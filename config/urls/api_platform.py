"""The API of the platform, under `/api/v1/` on the platform's host."""

from django.urls import URLPattern, URLResolver, include, path

from apps.accounts.api.urls import login_urls
from apps.billing.webhooks import BillingWebhookView
from apps.common.api.docs import DocsView, SchemaView

urlpatterns: list[URLPattern | URLResolver] = [
    *login_urls,
    path("", include("apps.provisioning.api.urls")),
    path("", include("apps.operations.api.urls")),
    path("billing/webhook/stripe", BillingWebhookView.as_view(), name="billing-webhook"),
    path("", include("apps.insight.api.urls")),
    path("schema", SchemaView.as_view(), name="schema"),
    path("docs", DocsView.as_view(), name="docs"),
]
