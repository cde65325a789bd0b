""" "Forgot your password?" of both admins: ask for a link by mail, and choose a new password with it."""

from typing import Any

from allauth.core import ratelimit
from django import forms
from django.contrib import messages
from django.contrib.admin import AdminSite
from django.contrib.auth.forms import SetPasswordForm
from django.contrib.auth.views import PasswordResetConfirmView
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from unfold.forms import AdminOwnPasswordChangeForm
from unfold.widgets import UnfoldAdminEmailInputWidget, UnfoldAdminPasswordWidget

from apps.accounts import passwords
from apps.accounts.models import User
from apps.accounts.tokens import TokenGenerator
from apps.common.errors import DomainError
from apps.common.fields import EmailField


class ForgottenForm(forms.Form):
    email = EmailField(
        label=_("E-mail address"),
        widget=UnfoldAdminEmailInputWidget(attrs={"autocomplete": "username", "autofocus": True}),
    )


class NewPasswordForm(SetPasswordForm):
    """Django's, in the looks of the admin."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.widget = UnfoldAdminPasswordWidget(attrs={"autocomplete": "new-password"})
        self.fields["new_password1"].help_text = gettext("At least ten characters.")

    def save(self, commit: bool = True) -> User:
        return passwords.set_password(user=self.user, password=self.cleaned_data["new_password1"])


class OwnPasswordForm(AdminOwnPasswordChangeForm):
    """A user changes their own password: the old password is required, and the change is noted."""

    def save(self, commit: bool = True) -> User:
        return passwords.set_password(user=self.user, password=self.cleaned_data["new_password1"])


class NewPasswordView(PasswordResetConfirmView):
    """The link of the mail. A used or expired link shows a message and offers another link."""

    token_generator = TokenGenerator()
    form_class = NewPasswordForm
    template_name = "backoffice/new_password.html"
    admin_site: Any = None  # an `AdminSite`; Django wants a value here

    def get_user(self, uidb64: str) -> Any:
        user = super().get_user(uidb64)
        return user if user is not None and user.is_staff and user.is_active else None

    def get_success_url(self) -> str:
        messages.success(self.request, gettext("Your new password is set. Log in with it."))
        return reverse("admin:login", current_app=self.admin_site.name)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        shared = self.admin_site.each_context(self.request)
        ask = reverse("admin:forgotten_password", current_app=self.admin_site.name)
        return {
            **super().get_context_data(**kwargs),
            **shared,
            "ask_url": ask,
            "days": passwords.link_days(),
        }


def password_urls(site: AdminSite, protect: Any) -> list[Any]:
    """For people who are not logged in. `protect` adds the admin's content security policy."""

    def forgotten(request: HttpRequest) -> HttpResponse:
        return _forgotten(request, site)

    new = NewPasswordView.as_view(admin_site=site)
    return [
        path("password/forgotten/", protect(never_cache(forgotten)), name="forgotten_password"),
        path("password/new/<uidb64>/<token>/", protect(never_cache(new)), name="new_password"),
    ]


def _forgotten(request: HttpRequest, site: AdminSite) -> HttpResponse:
    form = ForgottenForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and _send(request, form):
        messages.success(
            request,
            gettext(
                "If this address has a login here, a link to choose a new password is on its way to it."
            ),
        )
        return HttpResponseRedirect(reverse("admin:login", current_app=site.name))
    context = {
        **site.each_context(request),
        "title": gettext("Forgot your password?"),
        "form": form,
    }
    return TemplateResponse(request, "backoffice/forgotten_password.html", context)


def _send(request: HttpRequest, form: ForgottenForm) -> bool:
    email = form.cleaned_data["email"]
    if not ratelimit.consume(request, action="reset_password", key=email):
        form.add_error(None, gettext("Too many requests. Wait some minutes, then try again."))
        return False
    try:
        passwords.send_link_to_staff(email=email, request=request)
    except DomainError as error:
        form.add_error(None, str(error))
        return False
    return True
