"""Shared bases of admin classes: read-only records, and buttons that call services."""

import re
from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.admin import ShowFacets
from django.contrib.admin.utils import unquote
from django.core.exceptions import ValidationError
from django.db import DatabaseError, IntegrityError, models
from django.db.models import Model, Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin
from unfold.widgets import UnfoldAdminSelectWidget

from apps.backoffice.cards import Card
from apps.backoffice.filters import name_filters
from apps.backoffice.folded import find_folded
from apps.backoffice.history import history_page
from apps.backoffice.lookups import GuardedLookups
from apps.backoffice.names import title_of
from apps.backoffice.places import with_places
from apps.backoffice.stale import StaleGuard
from apps.common.actor import Actor, ActorKind
from apps.common.clock import now
from apps.common.errors import DomainError
from apps.common.fields import (
    BlockField,
    CodeField,
    EmailField,
    LineField,
    SlugField,
    WebAddressField,
)
from apps.common.form_errors import show_error
from apps.common.places import (
    LANGUAGE_HINT,
    LANGUAGE_LABEL,
    country_choices,
    currency_choices,
    language_choices,
)
from apps.common.text import line_of
from apps.common.time_zones import time_zone_choices
from apps.platform.auditing import audited

# Words of people for columns that are named for programs.
LABELS = {
    "email": _("E-mail"),
    "code": _("Short code"),
    "priority": _("Order of use"),
    "label": _("Name"),
    "line1": _("Street and number"),
    "line2": _("More of the address"),
    "hero_title": _("Headline of the start page"),
    "hero_text": _("Text below the headline"),
    "announcement": _("Announcement above every page"),
    "is_active": _("Active"),
    "is_test": _("Test only"),
    "position": _("Order in lists"),
    "slug": _("Web address"),
    "sku": _("SKU"),
    "origin_country": _("Country you sell from"),
    "origin_region": _("State you sell from"),
    "shipping_tax": _("Tax on shipping"),
    "split": _("How it is divided"),
    "ip": _("IP address"),
    "tracking_url": _("Tracking page"),
    "placed_at": _("Placed"),
    "payment_state": _("Payment"),
    "fulfilment_state": _("Delivery"),
    "is_published": _("Published"),
    "is_primary": _("Main address"),
    "is_sandbox": _("Sandbox"),
    "database_type": _("Kind of database"),
    "created_at": _("Created"),
    "updated_at": _("Changed"),
    "shipped_at": _("Shipped"),
    "delivered_at": _("Delivered"),
    "captured_at": _("Received"),
    "expires_at": _("Expires"),
    "sent_at": _("Sent"),
    "due_at": _("Due"),
    "handled_at": _("Handled"),
    "received_at": _("Received"),
    "actor_label": _("Who"),
    "actor_kind": _("As"),
    "target_label": _("What"),
    "target_ref": _("Its id"),
    "sending": _("Times sent"),
    "contact_email": _("Contact e-mail"),
    "low_stock_at": _("Warn at"),
    "policy": _("When it is sold out"),
    "release_on": _("Released on"),
    "last_login": _("Last logged in"),
    "estimate_days_min": _("Delivery takes at least (days)"),
    "estimate_days_max": _("Delivery takes at most (days)"),
    "gateway_ref": _("Reference at the bank"),
    "failure_message": _("What the bank said"),
    "trial_ends_at": _("Trial ends"),
    "period_started_at": _("Period began"),
    "period_ends_at": _("Period ends"),
    "cancelled_at": _("Cancelled"),
    "last_checked_at": _("Last looked at"),
    "api_calls": _("API calls"),
    "api_errors": _("API errors"),
    "language": LANGUAGE_LABEL,
}
HINTS = {
    "language": LANGUAGE_HINT,
    "code": _("Short and unique. Buyers do not see it."),
    "priority": _(
        "Of warehouses that can send an order in as few parcels, and serve its place as well, the smallest number sends it."
    ),
}
# Codes that people choose by name.
_CHOICES: dict[str, Callable[[], list[tuple[str, str]]]] = {
    "country": country_choices,
    "origin_country": country_choices,
    "currency": currency_choices,
    "language": language_choices,
    "time_zone": lambda: time_zone_choices(now()),
}
# The ends of the names of columns whose text is a code; other columns say by their kind what text they hold.
_CODES = ("code", "sku", "tax_class", "number", "phone", "slug", "prefix")
_TEXT_FIELDS: list[tuple[type[models.Field], type[forms.Field]]] = [
    (models.EmailField, EmailField),
    (models.URLField, WebAddressField),
    (models.SlugField, SlugField),
    (models.TextField, BlockField),
    (models.CharField, LineField),
]


class TextDoor:
    """Before an admin class: a column of text takes its normal form."""

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if not db_field.choices:
            found = (field for kind, field in _TEXT_FIELDS if isinstance(db_field, kind))
            form_class = next(found, None)
            if form_class is LineField and db_field.name.endswith(_CODES):
                form_class = CodeField
            if form_class is not None:
                kwargs.setdefault("form_class", form_class)
        return super().formfield_for_dbfield(db_field, request, **kwargs)  # type: ignore[misc]  # of the admin class


class Admin(GuardedLookups, TextDoor, StaleGuard, ModelAdmin):
    """A list that stays quick with many rows: no second count, 50 a page, filters with a button."""

    list_per_page = 50
    show_full_result_count = False
    show_facets = (
        ShowFacets.NEVER
    )  # a count for every choice of every filter; documents can't do it at all
    list_filter_submit = True
    compressed_fields = True
    warn_unsaved_form = True
    change_list_template = "backoffice/cards.html"
    card: Card | None = None  # how a row looks on a phone; None only where there is no list
    empty_advice = _("They appear here by themselves.")  # for rows that staff do not add

    def get_form(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        """A field that was given a name by its model keeps it."""
        labels = {
            field.name: LABELS[field.name]
            for field in self.opts.fields
            if field.name in LABELS and field.verbose_name == field.name.replace("_", " ")
        }
        hints = {
            field.name: HINTS[field.name]
            for field in self.opts.fields
            if field.name in HINTS and not field.help_text
        }
        meta = getattr(self.form, "Meta", None)
        given = {
            "labels": labels,
            "help_texts": {**hints, **(getattr(meta, "help_texts", None) or {})},
        }
        form = super().get_form(request, obj, **{**given, **kwargs})
        for name in _CHOICES.keys() & form.base_fields.keys():
            _keep_choice(form.base_fields[name], getattr(obj, name, ""))
        return refusing(request, with_places(form))

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """A code of a country, currency, language or time zone is chosen by its name."""
        list_choices = _CHOICES.get(db_field.name)
        if list_choices is None:
            return super().formfield_for_dbfield(db_field, request, **kwargs)
        nothing = [("", "-")] if db_field.blank else []
        return forms.ChoiceField(
            choices=[*nothing, *list_choices()],
            required=not db_field.blank,
            initial=db_field.get_default(),
            label=kwargs.get("label") or db_field.verbose_name.capitalize(),
            help_text=db_field.help_text,
            widget=UnfoldAdminSelectWidget,
        )

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """What is searched for has the form in which text is kept, and accents, case and widths do not count."""
        line = line_of(search_term)
        found, may_repeat = super().get_search_results(request, queryset, line)
        if not line:
            return found, may_repeat
        keys = find_folded(queryset, self.get_search_fields(request), line)
        if not keys:
            return found, may_repeat
        plain = found.order_by().values("pk")
        return queryset.filter(Q(pk__in=plain) | Q(pk__in=keys)), False

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        changelist = super().get_changelist_instance(request)
        name_filters(changelist.filter_specs, LABELS)
        return changelist

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """A garbled filter, search or selection is a sentence above the whole list, not a failure."""
        try:
            return super().changelist_view(request, extra_context)
        except DomainError as error:  # a row of a list that is edited, overtaken while it was saved
            return self._say(request, error)
        except (ValueError, ValidationError, DatabaseError):
            if not (request.GET or request.POST):
                raise
            messages.error(request, gettext("That filter, search or selection is not valid."))
            return HttpResponseRedirect(request.path)

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """If a service refuses to save a form, the transaction is rolled back; the form keeps the input and shows the
        error at its field.

        A row that another request wrote in between is found by the form's own checks the second time.
        """
        try:
            return super().changeform_view(request, *args, **kwargs)
        except DomainError as error:
            if request.method != "POST":
                return self._say(request, error)
            request.refused = error  # type: ignore[attr-defined]  # ours, for `refusing`
        except IntegrityError:
            if request.method != "POST":
                raise
        for _name, files in request.FILES.lists():
            for file in files:
                file.seek(0)
        return super().changeform_view(request, *args, **kwargs)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Where no service writes the row, the form does, and the audit log gets what it changed."""
        with audited(self._action("changed" if change else "created"), obj):
            super().save_model(request, obj, form, change)

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        with audited(self._action("deleted"), obj):
            super().delete_model(request, obj)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        """Row by row: a refused row does not keep the others."""
        done = gettext("{count} deleted.")
        call_for_each(request, queryset, lambda row: self.delete_model(request, row), done)
        request.deleted_row_by_row = True  # type: ignore[attr-defined]  # ours, for `message_user`

    def message_user(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        """Without Django's sentence after a deletion of several rows, which counts refused rows too."""
        if not getattr(request, "deleted_row_by_row", False):
            super().message_user(request, *args, **kwargs)

    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> None:
        """Django's own log is left empty: the audit log has more, and it is append-only."""

    def log_change(self, request: HttpRequest, obj: Any, message: Any) -> None:
        """As `log_addition`."""

    def log_deletions(self, request: HttpRequest, queryset: Any) -> None:
        """As `log_addition`."""

    def _action(self, verb: str) -> str:
        """`tax_rate.changed`, from the name of the class."""
        noun = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", self.model.__name__).lower()
        return f"{noun}.{verb}"

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: Any = None
    ) -> HttpResponse:
        """The audit entries of this object, the latest first."""
        row = self.get_object(request, unquote(object_id))
        if row is None or not self.has_view_permission(request, row):
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        return history_page(request, self, row)

    def delete_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        try:
            return super().delete_view(request, *args, **kwargs)
        except DomainError as error:
            return self._say(request, error)

    def _say(self, request: HttpRequest, error: DomainError) -> HttpResponse:
        """The same page again; the start page where even looking at it is refused."""
        messages.error(request, sentence_of(error))
        start = reverse("admin:index", current_app=self.admin_site.name)
        return HttpResponseRedirect(request.get_full_path() if request.method == "POST" else start)


def _keep_choice(field: Any, value: str) -> None:
    """A row keeps a code that is no longer offered."""
    if value and value not in dict(field.choices):
        field.choices = [*field.choices, (value, value)]


class RecordAdmin(Admin):
    """Read-only records: staff can view and search, but not add, change or delete."""

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        context = {**context, "subtitle": title_of(kwargs.get("obj"))}
        return super().render_change_form(request, context, *args, **kwargs)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


def staff_actor(request: HttpRequest) -> Actor:
    """The person who pressed the button; a visiting one is an actor already."""
    user: Any = request.user
    return getattr(user, "actor", None) or Actor(ActorKind.STAFF, user.pk, user.email)


def call_service(request: HttpRequest, call: Callable[[], object], done: str) -> bool:
    """Run a service for a button; an error is shown as a message. True if it worked."""
    try:
        call()
    except DomainError as error:
        messages.error(request, sentence_of(error))
        return False
    messages.success(request, done)
    return True


def call_for_each(
    request: HttpRequest, rows: QuerySet[Any], call: Callable[[Any], object], done: str
) -> None:
    """A bulk action: every row by itself, the result as one line, the failures as one line each (ten at most)."""
    worked, failures = 0, []
    for row in rows:
        try:
            call(row)
            worked += 1
        except DomainError as error:
            failures.append(f"{row}: {sentence_of(error)}")
    if worked:
        messages.success(request, done.format(count=worked))
    for failure in failures[:10]:
        messages.error(request, failure)
    if len(failures) > 10:
        messages.error(
            request,
            gettext("... and %(value)s more could not be changed.") % {"value": len(failures) - 10},
        )


def sentence_of(error: DomainError) -> str:
    """The error and what it says of single fields, for one line."""
    return " ".join([str(error), *(text for field in error.fields.values() for text in field)])


def refusing(request: HttpRequest, form_class: Any) -> Any:
    """The class of a form, or one whose forms say what was refused about this request: by a service, or as stale."""
    error: DomainError | None = getattr(request, "refused", None)
    overtaken = getattr(request, "overtaken", None)
    if error is None and overtaken is None:
        return form_class

    def full_clean(form: Any) -> None:
        form_class.full_clean(form)
        if overtaken is not None:
            overtaken.show(form)
        elif error is not None:
            show_error(form, error)

    made = type(form_class)(form_class.__name__, (form_class,), {"full_clean": full_clean})
    made.base_fields = form_class.base_fields  # with what was changed about them for this page
    return made
