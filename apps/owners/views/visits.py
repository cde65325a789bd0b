"""The way of an owner into the admin of a store of theirs, without a login there."""

from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.debug import sensitive_post_parameters

from apps.accounts.models import User
from apps.accounts.visiting.services import VISIT_MINUTES
from apps.backoffice.visits import allowing_way_to, redirect_by_link
from apps.common.api.throttles import is_within_rate
from apps.common.errors import DomainError
from apps.common.fields import LineField
from apps.common.form_errors import show_error
from apps.owners import services
from apps.owners.door import for_owners, takes_forms
from apps.owners.forms import CurrentPasswordForm
from apps.owners.selectors import get_own_store


class EnterForm(CurrentPasswordForm):
    reason = LineField(
        label=_("Reason"),
        max_length=500,
        widget=forms.TextInput(),
        help_text=_("It is in the store's list of visits and in its audit log."),
    )
    field_order = ("reason", "password")


@sensitive_post_parameters("password")
@takes_forms
@for_owners
def enter_admin(request: HttpRequest, owner: User, store_id: UUID) -> HttpResponse:
    """The form; its answer leads to the store's host, and nowhere else."""
    store = get_own_store(owner, store_id)
    form = EnterForm(request.POST or None)
    status = 200
    if request.method == "POST":
        status = 422
        if not is_within_rate("login", request, ident=f"entering {owner.pk}"):
            status = 429
            form.add_error(None, gettext("That was tried too often. Please wait some minutes."))
        elif form.is_valid():
            try:
                link = services.make_visit_link(owner=owner, store=store, **form.cleaned_data)
            except DomainError as error:
                show_error(form, error)
            else:
                return redirect_by_link(request, store, link)
    context = {"form": form, "store_row": store, "minutes": VISIT_MINUTES}
    page = render(request, "owners/enter_admin.html", context, status=status)
    return allowing_way_to(request, store, page)
