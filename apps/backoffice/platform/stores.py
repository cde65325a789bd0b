"""Stores in the platform's admin: the list, the form that opens one, and links to their actions."""

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import prefetch_related_objects
from django.forms.widgets import Script
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.decorators import method_decorator
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.admin import TabularInline
from unfold.contrib.filters.admin import ChoicesDropdownFilter
from unfold.decorators import display

from apps.backoffice.base import Admin
from apps.backoffice.cards import Card
from apps.backoffice.columns import badge, moment
from apps.backoffice.host_words import status_badge
from apps.backoffice.platform.bulk import BULK
from apps.backoffice.platform.credentials import credentials_urls, has_credentials
from apps.backoffice.platform.deleting import deletion_url, deletion_view, status_view
from apps.backoffice.platform.entering import entering_link, entering_urls
from apps.backoffice.platform.opening_form import OpenStoreForm
from apps.backoffice.platform.people import people_link, people_urls
from apps.backoffice.platform.placement_fields import (
    config_of,
    placement_fieldsets,
    wrong_values,
)
from apps.backoffice.platform.plans import plan_link, plan_urls
from apps.backoffice.platform.sandboxes import sandbox_links
from apps.backoffice.platform.status_pages import status_links, status_urls
from apps.backoffice.platform.store_notes import notes_of
from apps.backoffice.posting import posted
from apps.backoffice.sites import platform_admin
from apps.common.errors import DomainError
from apps.operations.selectors import get_last_move
from apps.placements.kinds import placement_of, require_offered
from apps.platform import services
from apps.platform.models import DatabaseType, Domain, ProvisioningJob, Store
from apps.platform.selectors import store_url
from apps.provisioning import services as provisioning

# The place of the store's data, with links to actions.
DATA = (
    "database_type",
    "database",
    "region",
    "schema_name",
    "connection",
    "moves",
    "sandboxes",
    "created_at",
    "delete_it",
)


class DomainInline(TabularInline):
    model = Domain
    hide_title = True
    fk_name = "tenant"
    extra = 0
    fields = ("domain", "shown_status", "is_primary")
    readonly_fields = ("shown_status", "is_primary")

    @display(description=_("status"))
    def shown_status(self, domain: Domain) -> SafeString:
        return status_badge(domain)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Store, site=platform_admin)
class StoreAdmin(Admin):
    list_display = (
        "shown_name",
        "address",
        "shown_status",
        "shown_sandbox",
        "plan",
        "currency",
        "opened_at",
    )
    card = Card(
        "shown_name",
        side=("shown_status",),
        facts=("address",),
        end=("plan",),
        badges=("shown_sandbox", "opened_at"),
        named=("opened_at",),
    )
    list_filter = (
        ("status", ChoicesDropdownFilter),
        ("database_type", ChoicesDropdownFilter),
        "is_sandbox",
        "plan",
    )
    list_select_related = ("plan", "sandbox_of")
    search_fields = ("name", "slug", "domains__domain")
    actions = BULK
    readonly_fields = (
        "status_actions", "address", "opening", "plan_now", "staff", "visit", "store_notes", *DATA,
    )  # fmt: skip
    inlines = (DomainInline,)
    fieldsets = (
        (
            None,
            {
                "fields": (
                    "name",
                    "slug",
                    "address",
                    "status_actions",
                    "plan_now",
                    "staff",
                    "visit",
                    "opening",
                    "store_notes",
                )
            },
        ),
        ("Selling", {"fields": ("currency", "country", "language", "time_zone")}),
        ("Data", {"fields": DATA}),
    )
    add_fieldsets = (
        (None, {"fields": ("name", "slug", "plan")}),
        ("Selling", {"fields": ("currency", ("country", "state"), "language")}),
    )
    change_form_after_template = "backoffice/check_connection.html"

    class Media:
        js = (Script("backoffice/placement.js", defer=True),)

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        if obj:
            return super().get_fieldsets(request, obj)
        return (*self.add_fieldsets, *placement_fieldsets())

    def get_urls(self) -> list[Any]:
        own = [
            path(
                "check-connection/",
                self.admin_site.admin_view(self.check_view),
                name="platform_store_check",
            ),
            path(
                "<uuid:store_id>/connection/",
                self.admin_site.admin_view(self.connection_view),
                name="platform_store_connection",
            ),
            path(
                "<uuid:store_id>/deletion/",
                self.admin_site.admin_view(deletion_view),
                name="platform_store_deletion",
            ),
            path(
                "<uuid:store_id>/deletion/status.json",
                self.admin_site.admin_view(status_view),
                name="platform_store_deletion_status",
            ),
            *credentials_urls(),
            *status_urls(),
            *plan_urls(),
            *people_urls(),
            *entering_urls(),
        ]
        return own + super().get_urls()

    @method_decorator(posted("platform_admin:platform_store_add"))
    def check_view(self, request: HttpRequest) -> HttpResponse:
        """Check the entered database; returns a part of the page. Nothing is saved."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        kind = str(request.POST.get("database_type", ""))
        context: dict[str, Any] = {}
        try:
            require_offered(kind)
            config = config_of(kind, request.POST.dict())
            context["report"] = provisioning.check_connection(database_type=kind, config=config)
        except DomainError as error:
            context["wrong"] = wrong_values(kind, error)
        return TemplateResponse(request, "backoffice/findings.html", context)

    def connection_view(self, request: HttpRequest, store_id: Any) -> HttpResponse:
        """Check a store's database, and list missing protections."""
        store = get_object_or_404(Store, pk=store_id)
        if not self.has_view_permission(request, store):
            raise PermissionDenied
        report = provisioning.check_store(store)
        context = {
            **self.admin_site.each_context(request),
            "title": gettext("The database of %(name)s") % {"name": store.name},
            "opts": self.opts,
            "store": store,
            "report": report,
            "lacks": placement_of(store).missing_guards() if report.is_good else [],
        }
        return TemplateResponse(request, "backoffice/connection.html", context)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        # the address and the currency of a store that sells are promises to its customers
        return (*self.readonly_fields, "slug", "currency") if obj else ()

    def get_inlines(self, request: HttpRequest, obj: Any) -> Any:
        return self.inlines if obj else ()

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """A new store is opened and watched: there is nothing to add another one beside, or to continue editing."""
        hidden = {"show_save_and_add_another": False}
        if kwargs.get("add"):
            hidden["show_save_and_continue"] = False
        return super().render_change_form(request, {**context, **hidden}, *args, **kwargs)

    def get_form(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        return super().get_form(request, obj, **({} if obj else {"form": OpenStoreForm}), **kwargs)

    def save_model(self, request: HttpRequest, obj: Store, form: Any, change: bool) -> None:
        if change:
            services.save_store(obj)
            return
        opened = form.opened
        obj.pk, obj.__dict__["_state"] = opened.store.pk, opened.store._state

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        if change:
            super().save_related(request, form, formsets, change)

    def response_add(
        self, request: HttpRequest, obj: Any, post_url_continue: Any = None
    ) -> HttpResponse:
        job = ProvisioningJob.objects.get(store_id=obj.pk)
        return HttpResponseRedirect(job_url(job))

    def has_announce_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("platform.add_announcement")

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False  # deleting a store is a job of its own, with an export first

    @display(description=_("status"))
    def status_actions(self, store: Store) -> SafeString | str:
        return status_links(store)

    @display(description=_("notes"))
    def store_notes(self, store: Store) -> SafeString:
        return notes_of(store)

    @display(description=_("plan"))
    def plan_now(self, store: Store) -> SafeString:
        return plan_link(store)

    @display(description=_("staff"))
    def staff(self, store: Store) -> SafeString | str:
        return people_link(store)

    @display(description=_("visit"))
    def visit(self, store: Store) -> SafeString | str:
        return entering_link(store)

    @display(description=_("name"), ordering="name")
    def shown_name(self, store: Store) -> str:
        return store.name

    @display(description=_("status"), ordering="status")
    def shown_status(self, store: Store) -> SafeString:
        return badge(store.status, store.get_status_display())

    @display(description=_("sandbox of"), ordering="sandbox_of__name")
    def shown_sandbox(self, store: Store) -> str:
        if not store.is_sandbox:
            return ""
        return store.sandbox_of.name if store.sandbox_of else "a deleted store"

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        """Addresses of all rows in one statement."""
        found = super().get_changelist_instance(request)
        prefetch_related_objects(found.result_list, "domains")
        return found

    @display(description=_("address"))
    def address(self, store: Store) -> SafeString:
        url = store_url(store)
        return format_html('<a href="{}" target="_blank" rel="noopener">{}</a>', url, url)

    @display(description=_("opening"))
    def opening(self, store: Store) -> SafeString | str:
        job = ProvisioningJob.objects.filter(store=store).first()
        if job is None:
            return "-"
        return format_html(
            '<a href="{}">{} %, {}</a>', job_url(job), job.progress, job.shown_message
        )

    @display(description=_("database"))
    def database(self, store: Store) -> str:
        if store.database_type == DatabaseType.SHARED:
            return "-"
        return f"{store.database_name} on {store.database_host}" if store.database_host else "-"

    @display(description=_("connection"))
    def connection(self, store: Store) -> SafeString:
        url = reverse("platform_admin:platform_store_connection", args=[store.pk])
        look = format_html('<a href="{}">Check its database</a>', url)
        if not has_credentials(store):
            return look
        change = reverse("platform_admin:platform_store_credentials", args=[store.pk])
        return format_html('{}, <a href="{}">change its credentials</a>', look, change)

    @display(description=_("deletion"))
    def delete_it(self, store: Store) -> SafeString:
        return format_html('<a href="{}">Delete this store</a>', deletion_url(store))

    @display(description=_("sandbox"))
    def sandboxes(self, store: Store) -> SafeString | str:
        return sandbox_links(store)

    @display(description=_("move"))
    def moves(self, store: Store) -> SafeString:
        last = get_last_move(store)
        start = reverse("platform_admin:platform_storemove_start", args=[store.pk])
        if last is None:
            return format_html('<a href="{}">Move it to another place</a>', start)
        url = reverse("platform_admin:platform_storemove_change", args=[last.pk])
        shown = format_html(
            '<a href="{}">{} ({})</a>', url, last.get_status_display(), last.target_label
        )
        if last.is_open:
            return shown
        return format_html('{}, <a href="{}">move it again</a>', shown, start)

    @display(description=_("opened"), ordering="created_at")
    def opened_at(self, store: Store) -> SafeString | str:
        return moment(store.created_at)


def job_url(job: ProvisioningJob) -> str:
    return reverse("platform_admin:platform_provisioningjob_change", args=[job.pk])
