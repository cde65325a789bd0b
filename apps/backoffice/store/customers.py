"""The customers of a store: those with an account as a list, guests as another, and what is changed by a form."""

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise
from unfold.decorators import display
from unfold.views import ChangeList

from apps.accounts.models import Customer, User
from apps.backoffice.cards import Card
from apps.backoffice.columns import moment
from apps.backoffice.people import PersonAdmin, PersonForm
from apps.backoffice.sites import store_admin
from apps.backoffice.store.customer_groups import GroupFilter, group_actions
from apps.backoffice.store.customer_page import SEES_ORDERS, guest_view, person_view
from apps.backoffice.store.mail_addresses import ERASES, erase_readers
from apps.common.text import line_of
from apps.orders.buyers import count_orders_of, list_guests

GUESTS_PER_PAGE = 50
GUESTS_BESIDE = 5  # of a search in the other list
ORDER_COLUMNS = ("orders_placed", "last_order")


class CustomerForm(PersonForm):
    hint_without_one: StrOrPromise = _(
        "Empty: they choose one by “Forgot your password?” in the shop."
    )


class CustomerList(ChangeList):
    """The first column leads to the page of the person; their orders are counted for the rows of this page only."""

    def url_for_result(self, result: Any) -> str:
        return page_url(result)

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        people: Any = list(self.result_list)  # type: ignore[has-type]  # set by the class above
        self.result_list = people
        found = count_orders_of([person.pk for person in people])
        for person in people:
            person.bought = found.get(person.pk, (0, None))


@admin.register(Customer, site=store_admin)
class CustomerAdmin(PersonAdmin):
    form = CustomerForm
    list_display = ("name", "e_mail", *ORDER_COLUMNS, "active", "joined")
    list_filter = ("is_active", GroupFilter)
    search_fields = (
        "email",
        "first_name",
        "last_name",
        "phone",
        "addresses__name",
        "addresses__phone",
    )
    search_help_text = "Name, e-mail or phone"
    card = Card(
        "name",
        side=("active",),
        facts=("e_mail",),
        badges=ORDER_COLUMNS,
        named=ORDER_COLUMNS,
    )
    change_list_template = "backoffice/customers.html"
    actions = (*PersonAdmin.actions, "erase")
    empty_advice = _(
        "They appear here when they register in your shop. Guests have a list of their own."
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Customer]:
        people: QuerySet[Customer] = super().get_queryset(request)
        return people.filter(is_staff=False)

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return CustomerList

    @admin.action(
        description=_("Erase: mails, wishes, notices, tickets and words of gift cards"),
        permissions=["erase"],
    )
    def erase(self, request: HttpRequest, queryset: QuerySet[Customer]) -> None:
        """Orders and invoices stay: the law asks for them. So does the account, which its person can still use."""
        erase_readers(request, queryset)

    def has_erase_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.has_perm(ERASES))

    def get_actions(self, request: HttpRequest) -> Any:
        return {**super().get_actions(request), **group_actions(request)}

    def get_list_display(self, request: HttpRequest) -> list[str]:
        hidden = () if request.user.has_perm(SEES_ORDERS) else ORDER_COLUMNS
        return [name for name in self.list_display if name not in hidden]

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        fields = super().get_fields(request, obj)
        return [name for name in fields if obj is not None or name != "role"]

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view
        return [
            path("guests/", view(self.guests_view), name="accounts_customer_guests"),
            path("guests/<uuid:order_id>/", view(guest_view), name="accounts_customer_guest"),
            path("<uuid:user_id>/", view(person_view), name="accounts_customer_page"),
            *super().get_urls(),
        ]

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        query = line_of(request.GET.get("q", ""))
        beside = list_guests(query) if query and request.user.has_perm(SEES_ORDERS) else []
        context = {
            "title": "Customers",
            "guests": beside[:GUESTS_BESIDE],
            "more_guests": max(0, len(beside) - GUESTS_BESIDE),
            "query": query,
            "sees_orders": request.user.has_perm(SEES_ORDERS),
        }
        return super().changelist_view(request, {**context, **(extra_context or {})})

    def guests_view(self, request: HttpRequest) -> HttpResponse:
        """Buyers without an account, by their latest order."""
        if not (self.has_view_permission(request) and request.user.has_perm(SEES_ORDERS)):
            raise PermissionDenied
        query = line_of(request.GET.get("q", ""))
        page = Paginator(list_guests(query), GUESTS_PER_PAGE).get_page(request.GET.get("p"))
        context = {
            **self.admin_site.each_context(request),
            "title": "Guests",
            "opts": self.opts,
            "page": page,
            "query": query,
            "sees_orders": True,
        }
        return TemplateResponse(request, "backoffice/guests.html", context)

    def response_post_save_change(self, request: HttpRequest, obj: User) -> HttpResponse:
        return HttpResponseRedirect(page_url(obj))

    def response_post_save_add(self, request: HttpRequest, obj: User) -> HttpResponse:
        return HttpResponseRedirect(page_url(obj))

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.has_perm("accounts.view_user")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("accounts.add_user")

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.has_perm("accounts.change_user")

    @display(description=_("customer"), ordering="first_name")
    def name(self, person: Customer) -> str:
        return person.full_name

    @display(description=_("orders"))
    def orders_placed(self, person: Any) -> int:
        count: int = person.bought[0]
        return count

    @display(description=_("last order"))
    def last_order(self, person: Any) -> Any:
        return moment(person.bought[1])


def page_url(person: User) -> str:
    return reverse("store_admin:accounts_customer_page", args=[person.pk])
