"""Log in, register, passwords: allauth's views with our templates, under `/account/`.

Listed one by one, not included as a whole: what a store does not offer (several addresses, links that confirm them)
has no address here. Logging out is the storefront's, because the cart's cookies go with it. Django's form views take
PUT as if it were POST; pages do not.
"""

from collections.abc import Callable

from allauth.account import views
from django.http import HttpResponseBase
from django.urls import path, re_path
from django.views import View

PAGE_METHODS = ["get", "head", "post", "options"]


def _page(view: type[View]) -> Callable[..., HttpResponseBase]:
    return view.as_view(http_method_names=PAGE_METHODS)


urlpatterns = [
    path("login/", _page(views.LoginView), name="account_login"),
    path("signup/", _page(views.SignupView), name="account_signup"),
    path("inactive/", _page(views.AccountInactiveView), name="account_inactive"),
    path("password/change/", _page(views.PasswordChangeView), name="account_change_password"),
    path("password/set/", _page(views.PasswordSetView), name="account_set_password"),
    path("password/reset/", _page(views.PasswordResetView), name="account_reset_password"),
    path(
        "password/reset/done/",
        _page(views.PasswordResetDoneView),
        name="account_reset_password_done",
    ),
    re_path(
        r"^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>[\w-]+)/$",
        _page(views.PasswordResetFromKeyView),
        name="account_reset_password_from_key",
    ),
    path(
        "password/reset/key/done/",
        _page(views.PasswordResetFromKeyDoneView),
        name="account_reset_password_from_key_done",
    ),
]
