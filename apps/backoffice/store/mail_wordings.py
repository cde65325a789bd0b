"""The mails of the store: which there are, and how staff word them, with preview, test mail and versions."""

from collections.abc import Iterator
from typing import Any, Final
from uuid import UUID

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.http import urlencode
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.clickjacking import xframe_options_sameorigin

from apps.backoffice.base import RecordAdmin, sentence_of, staff_actor
from apps.backoffice.cards import Card
from apps.backoffice.posting import posted
from apps.backoffice.sites import store_admin
from apps.backoffice.store.mail_frames import WITH_PICTURES, framed
from apps.backoffice.typed import MOST_SEEN
from apps.common.api.throttles import is_within_rate
from apps.common.errors import DomainError
from apps.common.places import language_choices
from apps.common.text import line_of, whole_number
from apps.content.letterheads import letterhead_of
from apps.notifications import services as notifications
from apps.notifications.composing import Composed, variables_of
from apps.notifications.default_sources import default_source
from apps.notifications.errors import TooManyTests
from apps.notifications.looks import as_seen
from apps.notifications.mail_registry import (
    MailType,
    ValueType,
    Variable,
    find_mail_type,
    mail_type,
)
from apps.notifications.models import WORDING_FIELDS, MailWording
from apps.notifications.wordings import latest_wording, list_versions, list_wordings_in_use
from apps.platform.selectors import get_store
from apps.tenancy.context import current_store

SEES: Final = "notifications.view_mailwording"
CHANGES: Final = "notifications.change_mailwording"
_LIST: Final = "store_admin:notifications_mailwording_changelist"
_PAGE: Final = "store_admin:notifications_mailwording_word"
_LABELS: Final = {
    "subject": _("Subject"),
    "preheader": _("Line that mailboxes show below the subject"),
    "heading": _("Heading"),
    "body": _("Content (HTML)"),
    "button": _("Words on the button"),
    "text": _("Text for mail programs without HTML"),
}
_HINTS: Final = {
    "text": _("Empty: made from the heading and the content, if you word them."),
}
_SAMPLES: Final = {
    "variable": "{{ number }}",
    "default": "{{ default }}",
    "condition": "{% if reason %}…{% endif %}",
    "loop": "{% for line in lines %}{{ line.title }}{% endfor %}",
}
_BLOCKS: Final = frozenset({"body", "text"})


@admin.register(MailWording, site=store_admin)
class MailWordingAdmin(RecordAdmin):
    """Its list is the registry of mails, not that of the versions."""

    list_display = ("mail", "language")
    card = Card("mail", facts=("language",))

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view
        name = "notifications_mailwording"
        return [
            path("", view(list_view), name=f"{name}_changelist"),
            path("of/<slug:mail>/", view(word_view), name=f"{name}_word"),
            path("of/<slug:mail>/save/", view(save_view), name=f"{name}_save"),
            path("of/<slug:mail>/preview/", preview_door, name=f"{name}_preview"),
            path("of/<slug:mail>/test/", view(test_view), name=f"{name}_test"),
            path("of/<slug:mail>/reset/", view(reset_view), name=f"{name}_reset"),
            path(
                "of/<slug:mail>/restore/<uuid:version_id>/",
                view(restore_view),
                name=f"{name}_restore",
            ),
            *super().get_urls()[1:],
        ]


def list_view(request: HttpRequest) -> HttpResponse:
    _require(request, SEES)
    used: dict[str, list[MailWording]] = {}
    for row in list_wordings_in_use():
        used.setdefault(row.mail, []).append(row)
    context = {
        **store_admin.each_context(request),
        "title": gettext("Mails of the store"),
        "opts": MailWording._meta,
        "mails": [
            {"type": mail, "used": used.get(mail.code, [])}
            for mail in sorted(mail_type, key=lambda one: (one.to_staff, str(one.name)))
        ],
    }
    return TemplateResponse(request, "backoffice/mail_wordings.html", context)


def word_view(request: HttpRequest, mail: str) -> HttpResponse:
    _require(request, SEES)
    found, language = _mail(mail), _language(request.GET.get("language", ""))
    latest = latest_wording(found.code, language)
    if "default" in request.GET:
        values = default_source(found, language)
    else:
        values = {name: getattr(latest, name) if latest else "" for name in WORDING_FIELDS}
    return _page(request, found, language, values, based_on=latest.number if latest else 0)


@posted(_PAGE, "mail")
def save_view(request: HttpRequest, mail: str) -> HttpResponse:
    """What was typed is never lost: a refused text comes back with its faults."""
    _require(request, CHANGES)
    found, language = _mail(mail), _language(request.POST.get("language", ""))
    try:
        notifications.save_wording(
            mail=found.code,
            language=language,
            values=_typed(request),
            based_on=_based_on(request),
            actor=staff_actor(request),
        )
    except DomainError as error:
        return _refused(request, found, language, error)
    messages.success(request, gettext("Saved. Mails are written like this from now on."))
    return _back(found, language)


@xframe_options_sameorigin
def preview_view(request: HttpRequest, mail: str) -> HttpResponse:
    """The mail by itself, for the frame of the page: of a form that was posted, else as it is in use."""
    _require(request, SEES)
    found = _mail(mail)
    data = request.POST if request.method == "POST" else request.GET
    try:
        made = _preview(request, found, _language(data.get("language", "")))
    except DomainError as error:
        return _framed(f"{sentence_of(error)}\n", "text/plain")
    if data.get("as") == "text":
        return _framed(f"{made.subject}\n\n{made.text}", "text/plain")
    return _framed(as_seen(made.html, str(data.get("as", ""))), "text/html")


preview_door = xframe_options_sameorigin(store_admin.admin_view(preview_view))


@posted(_PAGE, "mail")
def test_view(request: HttpRequest, mail: str) -> HttpResponse:
    """To one's own address alone, some in an hour."""
    _require(request, CHANGES)
    found, language = _mail(mail), _language(request.POST.get("language", ""))
    user: Any = request.user
    try:
        if not is_within_rate("test_mails", request, ident=f"person {user.pk}"):
            raise TooManyTests
        notifications.send_test_mail(
            mail=found,
            language=language,
            letterhead=_letterhead(),
            values=_typed(request),
            to=user.email,
            order_number=_order_number(request),
        )
    except DomainError as error:
        return _refused(request, found, language, error)
    messages.success(request, gettext("A test mail goes to %(email)s.") % {"email": user.email})
    return _page(request, found, language, _typed(request), based_on=_based_on(request))


@posted(_PAGE, "mail")
def reset_view(request: HttpRequest, mail: str) -> HttpResponse:
    _require(request, CHANGES)
    found, language = _mail(mail), _language(request.POST.get("language", ""))
    return _done(
        request,
        found,
        language,
        lambda: notifications.reset_wording(
            mail=found.code,
            language=language,
            based_on=_based_on(request),
            actor=staff_actor(request),
        ),
    )


@posted(_PAGE, "mail")
def restore_view(request: HttpRequest, mail: str, version_id: UUID) -> HttpResponse:
    _require(request, CHANGES)
    found = _mail(mail)
    version = get_object_or_404(MailWording, pk=version_id, mail=found.code)
    return _done(
        request,
        found,
        version.language,
        lambda: notifications.restore_wording(
            version=version, based_on=_based_on(request), actor=staff_actor(request)
        ),
    )


def _done(request: HttpRequest, mail: MailType, language: str, call: Any) -> HttpResponse:
    try:
        call()
    except DomainError as error:
        messages.error(request, sentence_of(error))
    else:
        messages.success(request, gettext("Done."))
    return _back(mail, language)


def _refused(
    request: HttpRequest, mail: MailType, language: str, error: DomainError
) -> HttpResponse:
    messages.error(request, str(error))
    return _page(
        request,
        mail,
        language,
        _typed(request),
        based_on=_newest(mail, language) if error.status == 409 else _based_on(request),
        faults=error.fields,
    )


def _page(
    request: HttpRequest,
    mail: MailType,
    language: str,
    values: dict[str, str],
    *,
    based_on: int,
    faults: Any = None,
) -> HttpResponse:
    versions = list_versions(mail.code, language)
    context = {
        **store_admin.each_context(request),
        "title": mail.name,
        "opts": MailWording._meta,
        "mail": mail,
        "language": language,
        "languages": language_choices(),
        "fields": [
            {
                "name": name,
                "label": _LABELS[name],
                "hint": _HINTS.get(name, ""),
                "value": values.get(name, ""),
                "faults": (faults or {}).get(name, ()),
                "is_block": name in _BLOCKS,
            }
            for name in WORDING_FIELDS
        ],
        "variables": list(_rows(variables_of(mail))),
        "versions": versions,
        "problem": versions[0] if versions and versions[0].problem else None,
        "based_on": based_on,
        "order_number": _order_number(request),
        "samples": _SAMPLES,
        "has_real": mail.write_real is not None,
        "may_change": request.user.has_perm(CHANGES),
        "query": urlencode({"language": language}),
    }
    return TemplateResponse(
        request, "backoffice/mail_wording.html", context, status=422 if faults else 200
    )


def _rows(variables: tuple[Variable, ...], before: str = "") -> Iterator[dict[str, Any]]:
    """The variables and their fields: those of a group as a template writes them, those of items behind their list."""
    for one in variables:
        is_plain = not one.fields and not isinstance(one.example, list)
        example = one.example if is_plain and one.type != ValueType.FLAG else ""
        yield {"name": f"{before}{one.name}", "variable": one, "example": example}
        step = "." if one.type == ValueType.GROUP else " → "
        yield from _rows(one.fields, f"{before}{one.name}{step}")


def _preview(request: HttpRequest, mail: MailType, language: str) -> Composed:
    return notifications.preview_mail(
        mail=mail,
        language=language,
        letterhead=_letterhead(),
        values=_typed(request) if request.method == "POST" else None,
        order_number=_order_number(request),
    )


def _framed(content: str, kind: str) -> HttpResponse:
    return framed(content, kind, policy=WITH_PICTURES)


def _letterhead() -> Any:
    return letterhead_of(get_store(current_store().id))


def _typed(request: HttpRequest) -> dict[str, str]:
    return {name: str(request.POST.get(name, "")) for name in WORDING_FIELDS}


def _order_number(request: HttpRequest) -> str:
    data = request.POST if request.method == "POST" else request.GET
    return line_of(str(data.get("order", "")), most=40)


def _based_on(request: HttpRequest) -> int:
    return whole_number(str(request.POST.get("based_on", "")), most=MOST_SEEN) or 0


def _newest(mail: MailType, language: str) -> int:
    latest = latest_wording(mail.code, language)
    return latest.number if latest else 0


def _language(code: str) -> str:
    wanted = code or current_store().language
    if wanted not in dict(language_choices()):
        raise Http404
    return wanted


def _mail(code: str) -> MailType:
    found = find_mail_type(code)
    if found is None:
        raise Http404
    return found


def _require(request: HttpRequest, right: str) -> None:
    if not request.user.has_perm(right):
        raise PermissionDenied


def _back(mail: MailType, language: str) -> HttpResponse:
    page = reverse(_PAGE, args=[mail.code])
    return HttpResponseRedirect(f"{page}?{urlencode({'language': language})}")
