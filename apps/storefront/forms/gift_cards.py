"""Gift cards in a form: codes that are applied already, and one that was typed."""

from collections.abc import Sequence

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from apps.common.errors import DomainError
from apps.common.fields import CodeField
from apps.giftcards.attempts import counted_codes
from apps.giftcards.codes import read_code
from apps.giftcards.selectors import MOST_CARDS, find_card

_DROP = "drop-"
_LIVE = "live"  # scripts work the page out again while a code is still being typed


def gift_card_field(label: StrOrPromise) -> CodeField:
    attrs = {"autocomplete": "off", "spellcheck": "false", "autocapitalize": "characters"}
    return CodeField(
        label=label, required=False, max_length=60, widget=forms.TextInput(attrs=attrs)
    )


class BalanceForm(forms.Form):
    gift_card = gift_card_field(_("Code of the gift card"))
    gift_card.is_optional = False  # type: ignore[attr-defined]  # for the label


def applied_codes(data: QueryDict) -> list[str]:
    """The codes that the form sends again, each once, as they are. They may be anything."""
    codes = [read_code(code) for code in data.getlist("gift_cards")][:MOST_CARDS]
    return list(dict.fromkeys(code for code in codes if code))


def usable_codes(form: forms.Form, codes: Sequence[str], *, visitor: str | None) -> list[str]:
    """The codes that can pay, in their order, without the one that the buyer drops and with the one that they add.

    A code that can't be used becomes an error of the form's field `gift_card`.
    """
    verb, typed = form.data.get("update", ""), form.data.get("gift_card", "").strip()
    kept = [code for place, code in enumerate(codes) if verb != f"{_DROP}{place}"]
    usable = [code for code in kept if _is_usable(form, code, visitor)]
    if not typed or verb == _LIVE or not _is_usable(form, typed, visitor):
        return usable
    plain = read_code(typed)
    if plain not in usable and len(usable) == MOST_CARDS:
        sentence = gettext("At most %(most)s gift cards for an order.") % {"most": MOST_CARDS}
        form.add_error("gift_card", sentence)
        return usable
    form.data = dict(form.data.items()) | {"gift_card": ""}
    return list(dict.fromkeys([*usable, plain]))


def _is_usable(form: forms.Form, code: str, visitor: str | None) -> bool:
    try:
        with counted_codes(visitor):
            find_card(code)
    except DomainError as error:
        form.add_error("gift_card", str(error))
        return False
    return True
