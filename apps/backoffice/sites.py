"""The two admin sites: the platform's at the platform's address, each store's at its own `/admin/`."""

from collections.abc import Callable
from typing import Any, Final

from allauth.account.adapter import get_adapter
from csp.decorators import csp_replace
from django.conf import settings
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.contrib.auth.views import PasswordChangeView
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.urls import path, reverse
from django.utils.decorators import method_decorator
from django.utils.http import urlencode
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods
from unfold.forms import AuthenticationForm
from unfold.sites import UnfoldAdminSite

from apps.accounts.visitors import VisitingPerson
from apps.backoffice.passwords import OwnPasswordForm, password_urls
from apps.backoffice.places import region_field
from apps.backoffice.visits import end_view, visit_urls
from apps.common.web import normalize_email
from apps.platform.selectors import get_store, shown_announcements
from apps.tenancy.context import current_store_or_none

# Unfold draws with inline styles and Alpine.js evaluates expressions: only the admin pages allow that.
_POLICY = {
    "default-src": ["'self'"],
    "style-src": ["'self'", "'unsafe-inline'"],
    "script-src": ["'self'", "'unsafe-inline'", "'unsafe-eval'"],
    "img-src": ["'self'", "data:"],
    "font-src": ["'self'"],
    "object-src": ["'none'"],
    "base-uri": ["'self'"],
    "form-action": ["'self'"],
    "frame-ancestors": ["'none'"],
}
View = Callable[..., HttpResponseBase]
HIDDEN_ANNOUNCEMENTS: Final = "hidden_announcements"
"""In the session: what a person has hidden."""


_takes = require_http_methods(["GET", "HEAD", "POST"])


class AdminSite(UnfoldAdminSite):
    """Shared parts of both sites: the content security policy and the limit of wrong passwords."""

    login_template = "backoffice/login.html"

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.login_form = LoginForm
        self._pages: list[tuple[str, str, View]] = []

    def add_page(self, name: str, view: View, *, address: str = "") -> None:
        """A page of no model, at `/admin/<name>/` or at another address."""
        self._pages.append((name, address or f"{name}/", view))

    def admin_view(self, view: View, cacheable: bool = False) -> View:
        return _takes(csp_replace(_POLICY)(super().admin_view(view, cacheable)))

    def get_urls(self) -> list[Any]:
        pages = [
            path(address, self.admin_view(view), name=name) for name, address, view in self._pages
        ]
        return [
            *password_urls(self, lambda view: _takes(csp_replace(_POLICY)(view))),
            *pages,
            *super().get_urls(),
        ]

    def password_change(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponseBase:
        """Django's view; the change is noted in the audit log."""
        view = PasswordChangeView.as_view(
            form_class=OwnPasswordForm,
            success_url=reverse("admin:password_change_done", current_app=self.name),
            template_name="registration/password_change_form.html",
            extra_context={**self.each_context(request), **(extra_context or {})},
        )
        request.current_app = self.name  # type: ignore[attr-defined]
        return view(request)

    @method_decorator(_takes)
    def login(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponseBase:
        if REDIRECT_FIELD_NAME not in request.GET:
            # without a goal Django would go to LOGIN_REDIRECT_URL, the customers' page
            index = reverse("admin:index", current_app=self.name)
            return HttpResponseRedirect(f"{request.path}?{urlencode({REDIRECT_FIELD_NAME: index})}")
        log_in = super().login
        return csp_replace(_POLICY)(lambda asked: log_in(asked, extra_context))(request)


class LoginForm(AuthenticationForm):
    """Asks as the customers' login does, so that wrong passwords are counted and limited here as well."""

    def clean(self) -> dict[str, Any]:
        email, password = self.cleaned_data.get("username"), self.cleaned_data.get("password")
        if email and password:
            self.user_cache = get_adapter().authenticate(
                self.request, email=normalize_email(email), password=password
            )
            if self.user_cache is None:
                raise self.get_invalid_login_error()
            self.confirm_login_allowed(self.user_cache)
        return self.cleaned_data


class PlatformAdminSite(AdminSite):
    """For the people who run the platform: users of the master database."""

    settings_name = "PLATFORM_ADMIN"
    index_title = "Overview"
    index_template = "backoffice/platform_dashboard.html"


class StoreAdminSite(AdminSite):
    """For a store's staff: users of the store's own database."""

    settings_name = "STORE_ADMIN"
    index_title = "Today"
    index_template = "backoffice/store_dashboard.html"

    def get_urls(self) -> list[Any]:
        regions = path("regions/", self.admin_view(region_field), name="regions")
        visits = visit_urls(lambda view: csp_replace(_POLICY)(never_cache(view)))
        return [*visits, regions, *super().get_urls()]

    def password_change(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponseBase:
        """A visit has no password."""
        if isinstance(request.user, VisitingPerson):
            raise PermissionDenied
        return super().password_change(request, extra_context)

    def logout(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponseBase:
        """Of a visit the same as its own button."""
        if isinstance(request.user, VisitingPerson):
            return end_view(request)
        return super().logout(request, extra_context)

    def each_context(self, request: HttpRequest) -> dict[str, Any]:
        context: dict[str, Any] = super().each_context(request)
        store = current_store_or_none()
        if store is not None:
            context |= {"site_title": store.name, "site_header": store.name}
            if store.is_sandbox:
                context["sandbox_of"] = store.name.removesuffix(" (sandbox)")
            if request.user.is_authenticated:
                hidden = request.session.get(HIDDEN_ANNOUNCEMENTS, [])
                shown = shown_announcements(store.id)
                context["announcements"] = [row for row in shown if str(row.pk) not in hidden]
            if store.is_suspended:
                context["suspension"] = get_store(store.id)
                context["platform_contact"] = settings.PLATFORM_CONTACT
        return context


platform_admin = PlatformAdminSite(name="platform_admin")
store_admin = StoreAdminSite(name="store_admin")
