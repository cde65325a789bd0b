"""What is left on a gift card, for people who know its code; and a customer's store credit."""

from typing import cast

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from apps.accounts.models import User
from apps.common.api.throttles import client_address
from apps.common.errors import DomainError
from apps.giftcards.attempts import counted_codes
from apps.giftcards.selectors import find_card, get_credit_of, list_credit_entries
from apps.invoices import services as invoices
from apps.invoices.answers import pdf_answer
from apps.storefront.forms.gift_cards import BalanceForm


@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def balance(request: HttpRequest) -> HttpResponse:
    """Wrong codes get one answer and are counted, and so is a code of a card that is used up."""
    form = BalanceForm(request.POST or None)
    card, status = None, 200
    if request.method == "POST" and form.is_valid():
        try:
            with counted_codes(client_address(request)):
                card = find_card(form.cleaned_data["gift_card"])
        except DomainError as error:
            form.add_error("gift_card", str(error))
            status = 429 if error.status == 429 else 422
    context = {"form": form, "card": card}
    return render(request, "storefront/gift_card.html", context, status=status)


@never_cache
@sensitive_post_parameters()
@require_http_methods(["POST"])
def printed(request: HttpRequest) -> HttpResponse:
    """The card as a PDF file to print, for people who know its code: no file is kept."""
    form = BalanceForm(request.POST)
    if form.is_valid():
        try:
            with counted_codes(client_address(request)):
                code = form.cleaned_data["gift_card"]
                return pdf_answer(invoices.print_gift_card(code=code), "gift-card.pdf")
        except DomainError as error:
            form.add_error("gift_card", str(error))
    return render(request, "storefront/gift_card.html", {"form": form, "card": None}, status=422)


@never_cache
@login_required
@require_safe
def store_credit(request: HttpRequest) -> HttpResponse:
    credit = get_credit_of(cast(User, request.user).pk)
    context = {"credit": credit, "entries": list_credit_entries(credit)}
    return render(request, "storefront/account/store_credit.html", context)
