"""Changing the credentials of an open store's database: enter, test, use."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext

from apps.backoffice.platform.placement_fields import (
    OWN_KINDS,
    ConnectionForm,
    field_name,
    put_errors,
    wrong_values,
)
from apps.backoffice.posting import posted
from apps.backoffice.sites import platform_admin
from apps.common.errors import DomainError
from apps.placements.kinds import kind_of
from apps.placements.own_documents import has_own_documents, split_config
from apps.placements.supabase import PROJECT_FIELDS
from apps.platform.models import DatabaseType, Store
from apps.platform.selectors import get_database_config
from apps.platform.states import StoreStatus
from apps.provisioning import services as provisioning

# values without a field on the page stay unchanged
KEPT = ("host", "port", "database", "user", "sslmode", "caCertificate")


class CredentialsForm(ConnectionForm):
    """The current connection without its secrets, which are typed again and never shown."""

    def __init__(self, *args: Any, store: Store, **kwargs: Any) -> None:
        super().__init__(*args, store=store, **kwargs)
        saved = get_database_config(store)
        self.saved = {name: str(saved[name]) for name in KEPT if saved.get(name)}
        for project_field in PROJECT_FIELDS:  # for making a project, not for reaching one
            self.fields.pop(field_name(self.kind, project_field.name), None)
        for field in kind_of(self.kind).fields:
            name = field_name(self.kind, field.name)
            if name not in self.fields:
                continue
            if field.name == "password":
                self.fields[name].help_text = gettext("Enter it again, even if it is unchanged.")
            elif not field.secret:
                self.fields[name].initial = self.saved.get(field.name, "")

    @property
    def config(self) -> dict[str, Any]:
        given = super().config
        if given.get("connectionString"):
            return given
        hidden = {
            name: value
            for name, value in self.saved.items()
            if field_name(self.kind, name) not in self.fields
        }
        return {**hidden, **given}


def credentials_view(request: HttpRequest, store_id: Any) -> HttpResponse:
    """The form; sent, the new credentials are tried and count in every process within seconds."""
    store = _get(request, store_id)
    form = CredentialsForm(request.POST or None, store=store)
    if request.method == "POST" and form.is_valid() and _change(request, store, form):
        return HttpResponseRedirect(
            reverse("platform_admin:platform_store_connection", args=[store.pk])
        )
    context = {
        **platform_admin.each_context(request),
        "title": gettext("Credentials of %(name)s") % {"name": store.name},
        "opts": Store._meta,
        "store": store,
        "form": form,
    }
    return TemplateResponse(request, "backoffice/credentials.html", context)


@posted("platform_admin:platform_store_credentials", "store_id")
def credentials_check_view(request: HttpRequest, store_id: Any) -> HttpResponse:
    """Check the database with the entered credentials; returns a part of the page. Nothing is saved."""
    store = _get(request, store_id)
    form = CredentialsForm(request.POST, store=store)
    context: dict[str, Any] = {}
    try:
        form.full_clean()
        database, documents = _wanted(store, form.config)
        context["report"] = provisioning.check_connection(
            database_type=store.database_type if database else DatabaseType.SHARED,
            config={**database, **documents},
            store=store,
        )
    except DomainError as error:
        context["wrong"] = wrong_values(store.database_type, error)
    return TemplateResponse(request, "backoffice/findings.html", context)


def credentials_urls() -> list[Any]:
    return [
        path(
            "<uuid:store_id>/credentials/",
            platform_admin.admin_view(credentials_view),
            name="platform_store_credentials",
        ),
        path(
            "<uuid:store_id>/credentials/check/",
            platform_admin.admin_view(credentials_check_view),
            name="platform_store_credentials_check",
        ),
    ]


def has_credentials(store: Store) -> bool:
    """Whether it is a store that is open on a database, or with a MongoDB, of its own; a sandbox's is its live store's."""
    has_mongodb = has_own_documents(store) and not store.is_sandbox
    is_elsewhere = store.database_type in OWN_KINDS or has_mongodb
    return is_elsewhere and store.status not in (
        StoreStatus.PROVISIONING,
        StoreStatus.DELETING,
    )


def _get(request: HttpRequest, store_id: Any) -> Store:
    """Who may open stores may change where their connections lead; 404 for a store without credentials."""
    if not request.user.has_perm("platform.add_store"):
        raise PermissionDenied
    store = get_object_or_404(Store, pk=store_id)
    if not has_credentials(store):
        raise Http404
    return store


def _wanted(store: Store, config: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """The changed settings of database and documents. If only a MongoDB is entered, without a database password, the
    database stays unchanged."""
    database, documents = split_config(config)
    has_secret = bool({"password", "connectionString"} & database.keys())
    if store.database_type not in OWN_KINDS or (documents and not has_secret):
        return {}, documents
    return database, documents


def _change(request: HttpRequest, store: Store, form: CredentialsForm) -> bool:
    try:
        database, documents = _wanted(store, form.config)
        if documents or not database:
            provisioning.change_documents_credentials(store=store, config=documents)
        if database:
            provisioning.change_database_credentials(store=store, config=database)
    except DomainError as error:
        put_errors(form, store.database_type, error)
        return False
    except DatabaseError:  # it can name users and hosts, so people get our words
        form.add_error(
            None, gettext("The database stopped answering. Nothing was changed; try again.")
        )
        return False
    messages.success(
        request,
        gettext("Saved. %(name)s uses the new credentials everywhere within seconds.")
        % {"name": store.name},
    )
    return True
