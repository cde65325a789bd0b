"""Gift cards and store credit: issuing, changing and closing them, and their history."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.cache import add_never_cache_headers
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from apps.accounts.selectors import get_user_by_email
from apps.backoffice.base import RecordAdmin, call_service, staff_actor
from apps.backoffice.cards import Card
from apps.backoffice.columns import badge, moment, money
from apps.backoffice.sites import store_admin
from apps.backoffice.store.gift_card_forms import AdjustForm, CreditForm, IssueForm
from apps.backoffice.typed import read_uuid
from apps.common.errors import DomainError
from apps.common.form_errors import show_error
from apps.common.ids import random_token
from apps.common.text import clean_code
from apps.fulfilment import services as fulfilment
from apps.giftcards import services as giftcards
from apps.giftcards.models import GiftCard, StoreCredit
from apps.giftcards.services import IssuedCard

_CARD = "store_admin:giftcards_giftcard_change"
_CREDIT = "store_admin:giftcards_storecredit_change"


class _AccountAdmin(RecordAdmin):
    """A list, and a page for each row with its history and what staff can do with it."""

    @display(description=_("balance"), ordering="balance_minor")
    def balance(self, account: Any) -> str:
        return money(account.balance_minor, account.currency)

    @display(description=_("since"), ordering="created_at")
    def when(self, account: Any) -> Any:
        return moment(account.created_at)

    def may_change(self, request: HttpRequest) -> bool:
        return request.user.has_perm(f"giftcards.change_{self.opts.model_name}")

    def require_change(self, request: HttpRequest) -> None:
        if not self.may_change(request):
            raise PermissionDenied

    def show(self, request: HttpRequest, template: str, **context: Any) -> HttpResponse:
        values = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "may_change": self.may_change(request),
            "key": random_token(),
            **context,
        }
        return TemplateResponse(request, template, values)


@admin.register(GiftCard, site=store_admin)
class GiftCardAdmin(_AccountAdmin):
    list_display = ("name", "balance", "initial", "state", "recipient_email", "batch", "when")
    list_display_links = ("name",)
    card = Card("name", side=("state",), facts=("balance", "recipient_email"), end=("when",))
    search_fields = (
        "last_four__iexact",
        "recipient_email",
        "batch",
        "order_number",
        "entries__order_number",
    )
    search_help_text = _("Last four letters, recipient, batch or order")
    change_list_template = "backoffice/gift_cards.html"

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view
        return [
            path("issue/", view(self.issue_view), name="giftcards_giftcard_issue"),
            *super().get_urls(),
        ]

    @display(description=_("card"), ordering="last_four")
    def name(self, card: GiftCard) -> str:
        return card.name

    @display(description=_("issued for"), ordering="initial_minor")
    def initial(self, card: GiftCard) -> str:
        return money(card.initial_minor, card.currency)

    @display(description=_("state"))
    def state(self, card: GiftCard) -> SafeString:
        if card.disabled_at is not None:
            return badge("cancelled", gettext("disabled"))
        if card.is_waiting:
            return badge("pending", gettext("to be sent"))
        if card.is_expired:
            return badge("cancelled", gettext("expired"))
        return (
            badge("paid", gettext("usable"))
            if card.balance_minor
            else badge("", gettext("used up"))
        )

    def issue_view(self, request: HttpRequest) -> HttpResponse:
        """The codes are on the answer to the form alone: no other page, and no second answer, has them."""
        if not request.user.has_perm("giftcards.add_giftcard"):
            raise PermissionDenied
        form, issued = IssueForm(request.POST or None), []
        if request.method == "POST" and form.is_valid():
            try:
                issued = _issue(request, form.cleaned_data)
            except DomainError as error:
                show_error(form, error)
        answer = self.show(
            request,
            "backoffice/gift_card_issue.html",
            title=gettext("Issue gift cards"),
            form=form,
            issued=issued,
        )
        add_never_cache_headers(answer)
        return answer

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied
        card = get_object_or_404(GiftCard, pk=read_uuid(object_id))
        form = AdjustForm(request.POST if "adjust" in request.POST else None)
        code = ""
        if request.method == "POST":
            self.require_change(request)
            actor = staff_actor(request)
            if "disable" in request.POST or "enable" in request.POST:
                off = "disable" in request.POST
                giftcards.set_disabled(card=card, is_disabled=off, actor=actor)
                messages.success(request, gettext("Saved."))
                return HttpResponseRedirect(reverse(_CARD, args=[card.pk]))
            if "refund" in request.POST:
                return self._refund(request, card)
            if "replace" in request.POST:
                code = giftcards.replace_code(card=card, actor=actor).code
            elif form.is_valid() and _adjusted(request, form, card=card):
                return HttpResponseRedirect(reverse(_CARD, args=[card.pk]))
        answer = self.show(
            request,
            "backoffice/gift_card.html",
            title=gettext("Gift card %(name)s") % {"name": card.name},
            account=card,
            may_refund=card.is_bought
            and card.balance_minor > 0
            and request.user.has_perm("payments.add_refund"),
            state=self.state(card),
            entries=card.entries.order_by("-created_at", "-id")[:200],
            form=form,
            code=code,
        )
        add_never_cache_headers(answer)
        return answer

    def _refund(self, request: HttpRequest, card: GiftCard) -> HttpResponse:
        """Close a bought card; what is left on it goes back to the buyer."""
        if not request.user.has_perm("payments.add_refund"):
            raise PermissionDenied
        actor, reason = staff_actor(request), request.POST.get("reason", "")
        call_service(
            request,
            lambda: fulfilment.refund_gift_card(
                card=card, reason=reason, request_key=_key(request), actor=actor
            ),
            gettext("The card is closed, and what was left on it goes back to the buyer."),
        )
        return HttpResponseRedirect(reverse(_CARD, args=[card.pk]))


@admin.register(StoreCredit, site=store_admin)
class StoreCreditAdmin(_AccountAdmin):
    list_display = ("name", "balance", "when")
    list_display_links = ("name",)
    list_select_related = ("customer",)
    card = Card("name", side=("balance",), end=("when",))
    search_fields = ("customer__email", "customer__first_name", "customer__last_name")
    change_list_template = "backoffice/store_credits.html"

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view
        return [
            path("give/", view(self.give_view), name="giftcards_storecredit_give"),
            *super().get_urls(),
        ]

    @display(description=_("customer"), ordering="customer__email")
    def name(self, credit: StoreCredit) -> str:
        return credit.customer.email

    def give_view(self, request: HttpRequest) -> HttpResponse:
        self.require_change(request)
        form = CreditForm(request.POST or None)
        if request.method == "POST" and form.is_valid():
            customer = get_user_by_email(form.cleaned_data["email"])
            if customer is None:
                form.add_error("email", gettext("No customer has this address."))
            elif credit := _adjusted(request, form, customer_id=customer.pk):
                return HttpResponseRedirect(reverse(_CREDIT, args=[credit.pk]))
        title = gettext("Give store credit")
        return self.show(request, "backoffice/store_credit_give.html", title=title, form=form)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied
        credit = get_object_or_404(
            StoreCredit.objects.select_related("customer"), pk=read_uuid(object_id)
        )
        form = AdjustForm(request.POST or None)
        if request.method == "POST":
            self.require_change(request)
            if form.is_valid() and _adjusted(request, form, customer_id=credit.customer_id):
                return HttpResponseRedirect(reverse(_CREDIT, args=[credit.pk]))
        return self.show(
            request,
            "backoffice/gift_card.html",
            title=gettext("Store credit of %(who)s") % {"who": credit.customer.email},
            account=credit,
            entries=credit.entries.order_by("-created_at", "-id")[:200],
            form=form,
        )


def _issue(request: HttpRequest, values: dict[str, Any]) -> list[IssuedCard]:
    """The form's key makes a reloaded answer no second card."""
    key, actor, wanted = _key(request), staff_actor(request), dict(values)
    count, batch = wanted.pop("count"), wanted.pop("batch")
    amount = wanted.pop("amount")
    if count > 1:
        expires_on = wanted["expires_on"]
        return giftcards.issue_batch(
            count=count,
            amount_minor=amount,
            name=batch,
            expires_on=expires_on,
            cause=key,
            actor=actor,
        )
    return [
        giftcards.issue_card(amount_minor=amount, batch=batch, cause=key, actor=actor, **wanted)
    ]


def _adjusted(request: HttpRequest, form: AdjustForm, **whose: Any) -> Any:
    """The account; None after a refusal, which is on the form or among the messages."""
    done: list[Any] = []
    service = giftcards.adjust_card if "card" in whose else giftcards.adjust_credit
    call_service(
        request,
        lambda: done.append(
            service(
                **whose,
                amount_minor=form.cleaned_data["amount"],
                reason=form.cleaned_data["reason"],
                request_key=_key(request),
                actor=staff_actor(request),
            )
        ),
        gettext("Saved."),
    )
    return done[0] if done else None


def _key(request: HttpRequest) -> str:
    return clean_code(request.POST.get("key", "")[:60]) or random_token()
