"""The platform's own host: landing page, its admin, provisioning."""

from django.urls import include, path

from apps.backoffice.sites import platform_admin
from apps.storefront.views import landing
from config.urls.health import health_urls
from config.urls.internal import internal_urls

urlpatterns = [
    path("", landing.landing_page, name="landing"),
    path("admin/", platform_admin.urls),
    path("api/v1/", include("config.urls.api_platform")),
    path("integrations/", include("apps.integrations.urls")),
    path("", include("apps.owners.urls")),
    *health_urls,
    *internal_urls,
]

handler404 = "apps.storefront.views.errors.page_not_found"
handler500 = "apps.storefront.views.errors.server_error"
