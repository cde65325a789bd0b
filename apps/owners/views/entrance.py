"""Signing up, logging in and out, and new passwords."""

from collections.abc import Callable
from uuid import UUID

from django.conf import settings
from django.contrib.auth import REDIRECT_FIELD_NAME, login, logout
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.encoding import force_str
from django.utils.http import url_has_allowed_host_and_scheme, urlsafe_base64_decode
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from apps.accounts.models import User
from apps.accounts.selectors import actor_of
from apps.accounts.tokens import TokenGenerator
from apps.common.api.throttles import is_within_rate
from apps.common.errors import DomainError
from apps.common.form_errors import show_error
from apps.common.web import mailbox_of
from apps.owners import services
from apps.owners.door import owner_of, takes_forms, while_open
from apps.owners.forms import AddressForm, LoginForm, PasswordForm
from apps.owners.links import read_new_account
from apps.platform.auditing import note

_BACKEND = "django.contrib.auth.backends.ModelBackend"


@never_cache
@takes_forms
@while_open
def sign_up(request: HttpRequest) -> HttpResponse:
    return _ask_for_link(request, is_new=True)


@never_cache
@takes_forms
def forgotten(request: HttpRequest) -> HttpResponse:
    return _ask_for_link(request, is_new=False)


def _ask_for_link(request: HttpRequest, *, is_new: bool) -> HttpResponse:
    """One answer for every address: a mail is on its way."""
    form = AddressForm(request.POST or None)
    context = {"form": form, "is_new": is_new}
    if request.method != "POST":
        return render(request, "owners/ask_link.html", context)
    if form.is_valid():
        email = form.cleaned_data["email"]
        if not _may_ask(request, email):
            form.add_error(None, gettext("That was tried too often. Please wait some minutes."))
            return render(request, "owners/ask_link.html", context, status=429)
        try:
            services.send_link(email=email)
        except DomainError as error:
            show_error(form, error)
            return render(request, "owners/ask_link.html", context, status=error.status)
        folder = settings.EMAIL_FILE_PATH / "platform" if settings.MAILBOX_PAGE else ""
        sent = {"email": email, "is_new": is_new, "folder": folder}
        return render(request, "owners/link_sent.html", sent)
    return render(request, "owners/ask_link.html", context, status=422)


def _may_ask(request: HttpRequest, email: str) -> bool:
    """A visitor who has asked too often counts for no mailbox: they would keep its person from asking. Addresses with other
    labels are one mailbox."""
    if not is_within_rate("signup", request):
        return False
    return is_within_rate("signup_to", request, ident=f"signup {mailbox_of(email)}")


@never_cache
@sensitive_post_parameters("password")
@takes_forms
@while_open
def new_account(request: HttpRequest, token: str) -> HttpResponse:
    """GET changes nothing: programs that look for viruses follow links, too."""
    found = read_new_account(token)  # None for one that was used
    if found is None or User.objects.filter(email=found.email).exists():
        return render(request, "owners/link_over.html", {"is_new": True}, status=410)
    return _choose(
        request,
        email=found.email,
        is_new=True,
        make=lambda password: services.make_account(found, password=password),
    )


@never_cache
@sensitive_post_parameters("password")
@takes_forms
def new_password(request: HttpRequest, key: str, token: str) -> HttpResponse:
    user = _user_of_key(key)
    if user is None or not user.is_active or not TokenGenerator().check_token(user, token):
        return render(request, "owners/link_over.html", {"is_new": False}, status=410)
    return _choose(
        request,
        email=user.email,
        is_new=False,
        make=lambda password: services.choose_password(user=user, password=password),
    )


def _choose(
    request: HttpRequest, *, email: str, is_new: bool, make: Callable[[str], User]
) -> HttpResponse:
    form = PasswordForm(request.POST or None)
    context = {"form": form, "email": email, "is_new": is_new}
    if request.method == "POST":
        if form.is_valid():
            try:
                user = make(form.cleaned_data["password"])
            except DomainError as error:
                show_error(form, error)
            else:
                _enter(request, user)
                return redirect("owners:stores")
        return render(request, "owners/choose_password.html", context, status=422)
    return render(request, "owners/choose_password.html", context)


def _user_of_key(key: str) -> User | None:
    try:
        pk = UUID(force_str(urlsafe_base64_decode(key)))
    except (ValueError, TypeError, ValidationError):
        return None
    return User.objects.filter(pk=pk).first()


@never_cache
@sensitive_post_parameters("password")
@takes_forms
def log_in(request: HttpRequest) -> HttpResponse:
    goal = request.POST.get(REDIRECT_FIELD_NAME) or request.GET.get(REDIRECT_FIELD_NAME, "")
    if not url_has_allowed_host_and_scheme(
        goal, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    ):
        goal = ""
    if request.method != "POST" and owner_of(request) is not None:
        return redirect(goal or "owners:stores")
    form = LoginForm(request, request.POST or None)
    if request.method == "POST" and form.is_valid() and form.user is not None:
        _enter(request, form.user)
        return redirect(goal or "owners:stores")
    status = 422 if request.method == "POST" else 200
    context = {"form": form, "goal": goal, "goal_name": REDIRECT_FIELD_NAME}
    return render(request, "owners/login.html", context, status=status)


def _enter(request: HttpRequest, user: User) -> None:
    """Logins of staff are noted at every door of theirs (`apps/accounts/signing_in.py`)."""
    login(request, user, backend=_BACKEND)
    if not user.is_staff:
        note("owner.logged_in", user, actor=actor_of(user), always=True)


@require_POST
def log_out(request: HttpRequest) -> HttpResponse:
    logout(request)
    return redirect("landing")
