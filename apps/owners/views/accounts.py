"""The account itself: its address, a new password, its end."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.debug import sensitive_post_parameters

from apps.accounts.models import User
from apps.common.api.throttles import is_within_rate
from apps.common.errors import DomainError
from apps.common.form_errors import show_error
from apps.owners import services
from apps.owners.door import for_owners, takes_forms
from apps.owners.forms import CurrentPasswordForm
from apps.owners.selectors import list_own_stores
from apps.platform.states import StoreStatus


@sensitive_post_parameters("password")
@takes_forms
@for_owners
def account_page(request: HttpRequest, owner: User) -> HttpResponse:
    """Sending the form closes the account."""
    form = CurrentPasswordForm(request.POST or None)
    status = 200
    if request.method == "POST":
        status = 422
        if not is_within_rate("login", request, ident=f"closing {owner.pk}"):
            status = 429
            form.add_error(None, gettext("That was tried too often. Please wait some minutes."))
        elif form.is_valid():
            try:
                services.close_account(owner=owner, password=form.cleaned_data["password"])
            except DomainError as error:
                show_error(form, error)
            else:
                logout(request)
                messages.success(request, gettext("Your account is closed."))
                return redirect("owners:login")
    open_ones = list_own_stores(owner).exclude(status=StoreStatus.ARCHIVED)
    context = {
        "form": form,
        "owner": owner,
        "contact": settings.PLATFORM_CONTACT,
        "may_close": not (owner.is_staff or open_ones.exists()),
    }
    return render(request, "owners/account.html", context, status=status)
