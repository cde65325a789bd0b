"""If two people have the same form open, the later save is refused once, and the form shows the stored values of the
earlier save.

The page of a row carries a stamp: hashes of the values that its form was filled with. A save is compared under the lock
of the row, in the transaction that writes it. A refused form keeps what was typed and gets a fresh stamp, so that
saving once more is a decision.
"""

from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

from babel.dates import format_datetime, format_time
from django.contrib.admin.utils import unquote
from django.core import signing
from django.db.models import Model
from django.forms import BaseForm
from django.forms.models import _get_foreign_key
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import salted_hmac
from django.utils.functional import Promise
from django.utils.html import strip_tags
from django.utils.timezone import get_current_timezone, localtime
from django.utils.translation import gettext as _

from apps.backoffice.columns import language
from apps.backoffice.history import fact_name
from apps.common.clock import now
from apps.common.graphemes import cut
from apps.events.models import AuditEntry
from apps.platform.auditing import facts_of
from apps.tenancy.transactions import atomic_of, lock_row

STAMP: Final = "opened_with"
_SALT: Final = "apps.backoffice.stale"
_DIGITS: Final = 16
_MOST_CHARACTERS: Final = 200

Values = dict[str, list[Any]]


@dataclass(frozen=True)
class Stamp:
    """When a form was filled, and a hash of each value."""

    at: datetime
    hashes: Mapping[str, str]

    @classmethod
    def of(cls, values: Values) -> "Stamp":
        hashes = {
            name: salted_hmac(_SALT, repr(value)).hexdigest()[:_DIGITS]
            for name, value in values.items()
        }
        return cls(now(), hashes)

    @classmethod
    def read(cls, text: str, row: Model) -> "Stamp | None":
        """None for a missing or invalid stamp, or that of another row."""
        try:
            at, hashes = signing.loads(text, salt=_salt_of(row))
        except signing.BadSignature:
            return None
        return cls(datetime.fromisoformat(at), hashes)

    def write(self, row: Model) -> str:
        return signing.dumps((self.at.isoformat(), self.hashes), salt=_salt_of(row), compress=True)

    def differences(self, other: "Stamp") -> list[str]:
        names = {**self.hashes, **other.hashes}
        return [name for name in names if self.hashes.get(name) != other.hashes.get(name)]


@dataclass(frozen=True)
class Overtaken:
    """What another save changed since the form was filled. No names: the form has no stamp of this row."""

    row: Model
    names: list[str]
    entry: AuditEntry | None
    places: Mapping[str, str]

    def show(self, form: BaseForm) -> None:
        """Shows the person and time on top, and the stored value at each field."""
        form.add_error(None, self._sentence())
        for name in self.names:
            known = (self.places.get(name, name), f"{name}_minor")
            field = next((one for one in known if one in form.fields), None)
            if field is None:
                words = _("%(field)s was changed.") % {"field": fact_name(name, type(self.row))}
                form.add_error(None, words)
            else:
                form.add_error(field, _stored_words(form, field))

    def _sentence(self) -> str:
        if not self.names:
            return _(
                "This page was not sent as it was opened. Your entries are kept: compare them and save again."
            )
        kept = _("Your entries are kept; save again to replace what is stored now.")
        if self.entry is None:
            return f"{_('Changed while you were editing.')} {kept}"
        values = {"who": self.entry.actor_label, "when": _clock(self.entry.created_at)}
        return f"{_('Changed by %(who)s at %(when)s while you were editing.') % values} {kept}"


class StaleGuard:
    """A mixin for admin classes: the change form refuses to overwrite values that its user has not seen."""

    change_form_before_template = "backoffice/stamp.html"
    stamped_places: Mapping[str, str] = {}  # of values whose field has another name

    def stamped_names(self, request: HttpRequest, row: Model) -> Collection[str] | None:
        """The values a save may write, by the names of the audit log's facts; None for all. The form's fields as it is."""
        return self.get_form(request, row, change=True).base_fields.keys()  # type: ignore[attr-defined, no-any-return]

    def writes(self, request: HttpRequest, name: str) -> bool:
        """Whether this save would write the value: for forms that keep a value their user did not touch."""
        return True

    def changeform_view(
        self, request: Any, object_id: str | None = None, *args: Any, **kwargs: Any
    ) -> Any:
        with self._guarded(request, object_id):
            return super().changeform_view(request, object_id, *args, **kwargs)  # type: ignore[misc]

    def get_object(self, request: Any, object_id: str, from_field: Any = None) -> Any:
        """While a form is saved: the very row that was compared."""
        row: Any = getattr(request, "compared_row", None)
        if row is not None and type(row) is self.model and str(row.pk) == str(object_id):  # type: ignore[attr-defined]
            return row
        return super().get_object(request, object_id, from_field)  # type: ignore[misc]

    def render_change_form(
        self, request: Any, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        row = kwargs.get("obj")
        if row is not None and kwargs.get("change"):
            # the row of a refused form has been written over in memory
            stamp = getattr(request, "fresh_stamp", None) or self._stamp_of(request, row)
            context = {**context, "stamp_name": STAMP, "stamp": stamp.write(row)}
        return super().render_change_form(request, context, *args, **kwargs)  # type: ignore[misc, no-any-return]

    @contextmanager
    def _guarded(self, request: Any, object_id: str | None) -> Iterator[None]:
        request.compared_row = request.fresh_stamp = request.overtaken = None
        if request.method != "POST" or object_id is None:
            yield
            return
        model: Any = self.model  # type: ignore[attr-defined]
        with atomic_of(model):
            row = self.get_object(request, unquote(object_id))
            if row is not None and lock_row(model, row.pk):
                row = self.get_object(request, unquote(object_id))
            if row is not None and self.has_change_permission(request, row):  # type: ignore[attr-defined]
                self._compare(request, row)
            yield

    def _compare(self, request: Any, row: Model) -> None:
        fresh = self._stamp_of(request, row)
        sent = Stamp.read(request.POST.get(STAMP, ""), row)
        names = fresh.differences(sent) if sent is not None else []
        names = [name for name in names if self.writes(request, name)]
        if sent is None or names:
            request.overtaken = Overtaken(row, names, _latest_entry(row, sent), self.stamped_places)
        request.compared_row, request.fresh_stamp = row, fresh

    def _stamp_of(self, request: HttpRequest, row: Model) -> Stamp:
        values = values_of(row, self.stamped_names(request, row))
        for inline in self.get_inline_instances(request, row):  # type: ignore[attr-defined]
            if inline.has_change_permission(request, row):
                key = _get_foreign_key(type(row), inline.model, fk_name=inline.fk_name)
                found = inline.get_queryset(request).filter(**{key.name: row}).order_by("pk")
                values[inline.model._meta.model_name] = [(one.pk, facts_of(one)) for one in found]
        return Stamp.of(values)


def values_of(row: Model, names: Collection[str] | None) -> Values:
    """The facts of a row, gathered by the first part of their names."""
    found: Values = {}
    for path, value in facts_of(row).items():
        first = path.partition(".")[0]
        if names is None or first in names or f"{first}_minor" in names:
            found.setdefault(first, []).append((path, value))
    return found


def _latest_entry(row: Model, sent: Stamp | None) -> AuditEntry | None:
    if sent is None:
        return None
    kind = (row._meta.concrete_model or row._meta.model)._meta.label_lower
    found = AuditEntry.objects.filter(target_type=kind, target_ref=str(row.pk))
    return found.filter(created_at__gte=sent.at).order_by("-id").first()


def _salt_of(row: Model) -> str:
    return f"{_SALT}:{row._meta.label_lower}:{row.pk}"


def _stored_words(form: BaseForm, name: str) -> str:
    """What the form would be filled with now; only that it changed where that can't be said in a line."""
    field = form.fields[name]
    value = form.get_initial_for_field(field, name)
    choices = dict(_flat(getattr(field, "choices", ())))
    values = value if isinstance(value, (list, tuple)) else [value]
    shown = [_word(choices.get(str(one), field.prepare_value(one))) for one in values]
    if None in shown:
        return _("This was changed.")
    words = ", ".join(str(one) for one in shown if one)
    if not words:
        return _("Now it is empty.")
    return _("Now it is: %(value)s") % {"value": cut(words, _MOST_CHARACTERS)}


def _flat(choices: Any) -> Iterator[tuple[str, Any]]:
    for value, label in choices:
        if isinstance(label, (list, tuple)):
            yield from _flat(label)
        else:
            yield str(value), label


def _word(value: Any) -> str | None:
    """None for what has no words."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if not isinstance(value, (str, int, float, Decimal, date, Promise)):
        return None
    text = str(value)
    return strip_tags(text).strip() if text.startswith("<") else text


def _clock(moment: datetime) -> str:
    """The time of today; with its day when that is another one."""
    zone, locale = get_current_timezone(), language()
    if localtime(moment).date() == localtime(now()).date():
        return str(format_time(moment, "short", tzinfo=zone, locale=locale))
    return str(format_datetime(moment, "medium", tzinfo=zone, locale=locale))
