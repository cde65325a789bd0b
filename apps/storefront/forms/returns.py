"""The form of a return. It collects input; the service decides."""

from collections.abc import Mapping, Sequence
from typing import Any, cast
from uuid import UUID

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from apps.common.fields import BlockField, CodeField, LineField
from apps.common.money import format_money, from_minor
from apps.payments.states import RefundTo
from apps.pictures.kinds import ACCEPT
from apps.returns import services as returns
from apps.returns.models import ReturnReason
from apps.returns.offers import Offer
from apps.returns.returnable import Returnable
from apps.returns.services import Wanted
from apps.returns.states import Wish
from apps.storefront.forms.uploads import UploadsField
from apps.storefront.languages import current_locale


class ReturnForm(forms.Form):
    """Fields for each line that can come back: `quantity-<id>`, `reason-<id>`, `note-<id>`, `variant-<id>`."""

    wish = forms.ChoiceField(choices=Wish.choices, initial=Wish.REFUND)
    refund_to = forms.ChoiceField(
        label=_("Where should the money go?"), initial=RefundTo.SOURCE, required=False
    )
    note = BlockField(label=_("Anything we should know?"), required=False, max_length=1000)
    photos = UploadsField(label=_("Photos"), accept=ACCEPT)
    key = forms.RegexField(r"^[A-Za-z0-9_-]{16,64}$", required=False)

    def __init__(
        self,
        data: QueryDict | None,
        files: MultiValueDict[str, UploadedFile] | None,
        *,
        returnable: Sequence[Returnable],
        reasons: Sequence[ReturnReason],
        offers: Mapping[UUID, Sequence[Offer]],
        places: Sequence[RefundTo],
        currency: str,
    ) -> None:
        super().__init__(data, files, auto_id="return-%s")
        where = cast(forms.ChoiceField, self.fields["refund_to"])
        where.choices = [(place.value, place.label) for place in places]
        self.has_places = len(places) > 1
        self.possible = [each for each in returnable if each.most]
        self.has_offers = any(offers.values())
        self.fields["note"].widget.attrs |= {"rows": 3}
        words = [("", gettext("Choose a reason")), *((str(one.pk), one.name) for one in reasons)]
        for each in self.possible:
            pieces = [(str(count), str(count)) for count in range(min(each.most, 99) + 1)]
            self._add("quantity", each, forms.ChoiceField(choices=pieces, label=_("Pieces")))
            if reasons:
                self._add("reason", each, forms.ChoiceField(choices=words, label=_("Reason")))
            self._add("note", each, LineField(max_length=300, label=_("What is wrong?")))
            chosen = [
                (offer.variant_ref, _say(offer, currency)) for offer in offers.get(each.line.pk, ())
            ]
            if chosen:
                first = ("", gettext("Choose"))
                self._add(
                    "variant",
                    each,
                    forms.ChoiceField(choices=[first, *chosen], label=_("Exchange for")),
                )

    def _add(self, name: str, each: Returnable, field: forms.Field) -> None:
        field.required = False
        self.fields[f"{name}-{each.line.pk}"] = field

    @property
    def rows(self) -> list[dict[str, Any]]:
        """The lines with their bound fields, for the template."""
        names = ("quantity", "reason", "note", "variant")
        return [
            {
                "each": each,
                **{
                    name: self[f"{name}-{each.line.pk}"]
                    for name in names
                    if f"{name}-{each.line.pk}" in self.fields
                },
            }
            for each in self.possible
        ]

    @property
    def most_photos(self) -> int:
        return returns.MOST_PHOTOS

    @property
    def destination(self) -> RefundTo:
        return RefundTo(self.cleaned_data["refund_to"] or RefundTo.SOURCE)

    def wanted(self) -> list[Wanted]:
        """What was chosen; lines without pieces are left out."""
        found = []
        for each in self.possible:
            values = {
                name: str(self.cleaned_data.get(f"{name}-{each.line.pk}") or "")
                for name in ("quantity", "reason", "note", "variant")
            }
            if int(values["quantity"] or 0):
                found.append(
                    Wanted(
                        line_id=each.line.pk,
                        quantity=int(values["quantity"]),
                        reason_id=UUID(values["reason"]) if values["reason"] else None,
                        note=values["note"],
                        variant_ref=values["variant"],
                    )
                )
        return found


class SentForm(forms.Form):
    carrier = LineField(label=_("Carrier"), max_length=80, required=False)
    tracking_number = CodeField(label=_("Tracking number"), max_length=80, required=False)


def places_of(path: str) -> tuple[str, ...]:
    """A service names a line by its id; its sentence belongs to the pieces."""
    return (path.replace("lines.", "quantity-").replace("destination", "refund_to"), path)


def _say(offer: Offer, currency: str) -> str:
    if not offer.more_minor:
        return offer.title
    amount = format_money(from_minor(abs(offer.more_minor), currency), str(current_locale()))
    if offer.more_minor > 0:
        return gettext("%(title)s (%(amount)s more)") % {"title": offer.title, "amount": amount}
    return gettext("%(title)s (%(amount)s less)") % {"title": offer.title, "amount": amount}
