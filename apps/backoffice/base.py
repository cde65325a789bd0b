"""What admin classes of both sites share: read-only records, and buttons that call services."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import DatabaseError
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from unfold.admin import ModelAdmin

from apps.common.actor import Actor, ActorKind
from apps.common.errors import DomainError


class Admin(ModelAdmin):
    """A list that stays quick with many rows: no second count, 50 a page, filters with a button."""

    list_per_page = 50
    show_full_result_count = False
    list_filter_submit = True
    compressed_fields = True
    warn_unsaved_form = True

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """A garbled filter, search or selection is a sentence above the whole list, not a failure."""
        try:
            return super().changelist_view(request, extra_context)
        except (ValueError, ValidationError, DatabaseError):
            if not (request.GET or request.POST):
                raise
            messages.error(request, "That filter, search or selection could not be understood.")
            return HttpResponseRedirect(request.path)


class RecordAdmin(Admin):
    """Facts: staff look and search, nobody adds, changes or deletes."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


def staff_actor(request: HttpRequest) -> Actor:
    """The person who pressed the button."""
    user: Any = request.user
    return Actor(ActorKind.STAFF, user.pk, user.email)


def client_ip(request: HttpRequest) -> str | None:
    return request.META.get("REMOTE_ADDR") or None


def call_service(request: HttpRequest, call: Callable[[], object], done: str) -> bool:
    """Run a service for a button; what went wrong is shown in its own words. True if it worked."""
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
        messages.error(request, f"... and {len(failures) - 10} more could not be changed.")


def sentence_of(error: DomainError) -> str:
    """The error and what it says of single fields, for one line."""
    texts = [text for field in error.fields.values() for text in field]
    return " ".join([str(error), *texts])


def form_errors(form: Any, error: DomainError) -> None:
    """Put a service's field errors beside the form's fields; the rest on top."""
    for path, texts in error.fields.items():
        name = path.split(".")[0]
        for text in texts:
            form.add_error(name if name in form.fields else None, text)
    if not error.fields:
        form.add_error(None, str(error))
