"""Finding an order by its number and the buyer's e-mail address or phone number."""

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from apps.common.api.throttles import is_within_rate
from apps.common.fields import CodeField, LineField
from apps.orders.passes import find_tracked, make_pass


class TrackingForm(forms.Form):
    number = CodeField(label=_("Order number"), max_length=40)
    contact = LineField(label=_("E-mail or phone"), max_length=254)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def track(request: HttpRequest) -> HttpResponse:
    """A link to the order that ends after half an hour. Wrong numbers and wrong addresses have the same answer."""
    form = TrackingForm(request.POST if request.method == "POST" else None, auto_id="track-%s")
    status = 200
    if request.method == "POST":
        status = 422
        number = str(request.POST.get("number", ""))[:40]
        if _must_wait(request, number):
            status = 429
            form.add_error(None, gettext("That was tried too often. Please wait some minutes."))
        elif form.is_valid():
            values = form.cleaned_data
            order = find_tracked(values["number"], values["contact"])
            if order is not None:
                return redirect("storefront:order", access_token=make_pass(order))
            form.add_error(
                None, gettext("There is no order with this number and this e-mail or phone.")
            )
    return render(request, "storefront/track.html", {"form": form}, status=status)


def _must_wait(request: HttpRequest, number: str) -> bool:
    """Each address has some attempts, and each number: also those of many addresses at one order."""
    by_address = is_within_rate("track", request)
    return not (is_within_rate("track_number", request, ident=f"number {number}") and by_address)
