"""A store's host: its pages, its admin, its API, its files."""

from django.conf import settings
from django.urls import include, path, re_path

from apps.backoffice.sites import store_admin
from apps.storefront.views.logout import StorefrontLogoutView
from apps.tenancy.media import serve_media
from config.urls.health import health_urls

urlpatterns = [
    path("admin/", store_admin.urls),
    path("api/v1/", include("config.urls.api_store")),
    path("payments/", include("apps.payments.urls")),
    path("account/logout/", StorefrontLogoutView.as_view(), name="account_logout"),
    path("account/", include("apps.accounts.urls")),
    re_path(r"^media/(?P<name>.+)$", serve_media, name="media"),
    path("integrations/", include("apps.integrations.urls")),
    path("", include("apps.storefront.urls")),
    *health_urls,
]

if settings.MAILBOX_PAGE:
    urlpatterns.insert(0, path("mailbox/", include("apps.storefront.views.mailbox")))

handler404 = "apps.storefront.views.errors.page_not_found"
handler500 = "apps.storefront.views.errors.server_error"
