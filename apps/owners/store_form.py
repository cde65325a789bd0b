"""The form of a new store."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from django import forms
from django.conf import settings
from django.utils.functional import cached_property
from django.utils.translation import get_language, gettext, ngettext
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import User
from apps.backoffice.columns import money
from apps.backoffice.platform.placement_fields import HINTS, config_of, field_name, put_errors
from apps.backoffice.usage import list_offer
from apps.common.addresses import region_choices
from apps.common.errors import DomainError
from apps.common.fields import CodeField, LineField, RawField
from apps.common.ids import new_id
from apps.common.places import country_choices, currency_choices, language_choices
from apps.common.time_zones import known_time_zones
from apps.owners.models import Starter
from apps.owners.room import Room, find_room
from apps.owners.selectors import has_had_trial
from apps.placements.configuration import ConfigField
from apps.placements.kinds import kind_of, list_offered
from apps.platform.localities import STATE_NEEDED
from apps.platform.models import BillingInterval, DatabaseType, Plan
from apps.platform.selectors import choose_price

_BY_COUNTRY: Final = ("", _("As usual in the country"))


@dataclass(frozen=True)
class Offer:
    """A plan as the form shows it. `prices`: two sentences by currency, for the script; `fallback` names the currency where
    the chosen one has no price."""

    plan: Plan
    price: str
    prices: Mapping[str, str]
    fallback: str
    trial: str
    limits: list[str]
    placements: str
    is_full: bool


class StoreForm(forms.Form):
    """Language, time zone and currency follow from the country where nothing is chosen."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    name = LineField(label=_("Name of the shop"), max_length=120)
    slug = CodeField(
        label=_("Address"),
        max_length=40,
        required=False,
        help_text=_("Small Latin letters, digits, single hyphens. Empty: made from the name."),
    )
    starter = forms.ChoiceField(label=_("Kind of shop"), choices=Starter.choices)
    country = forms.ChoiceField(label=_("Country"))
    state = forms.ChoiceField(
        label=_("State"),
        required=False,
        help_text=_("For shops in India: it decides between CGST with SGST and IGST."),
    )
    currency = forms.ChoiceField(label=_("Currency"), required=False)
    language = forms.ChoiceField(label=_("Dates and amounts as in"), required=False)
    time_zone = forms.ChoiceField(label=_("Time zone"), required=False)
    plan = forms.ChoiceField(label=_("Plan"), widget=forms.RadioSelect)
    interval = forms.ChoiceField(
        label=_("Billed"),
        choices=BillingInterval.choices,
        initial=BillingInterval.MONTHLY,
        required=False,
    )
    database_type = forms.ChoiceField(
        label=_("Database"), initial=DatabaseType.SHARED, required=False
    )

    def __init__(self, *args: Any, owner: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.owner = owner
        words = get_language() or "en"
        states = [pair for country in sorted(STATE_NEEDED) for pair in region_choices(country)]
        zones = [(zone, zone.replace("_", " ")) for zone in sorted(known_time_zones())]
        self._choose("country", [("", gettext("Choose a country")), *country_choices(words)])
        self._choose("state", [("", "-"), *states])
        self._choose("currency", [_BY_COUNTRY, *currency_choices(words)])
        self._choose("language", [_BY_COUNTRY, *language_choices(words)])
        self._choose("time_zone", [_BY_COUNTRY, *zones])
        self._choose("plan", [(offer.plan.code, offer.plan.name) for offer in self.offers])
        self._choose("database_type", [(kind, kind) for kind in list_offered()])
        for name in ("state", "interval"):
            self.fields[name].is_optional = False  # type: ignore[attr-defined]  # for their labels
        for kind in self.own_kinds:
            for field in kind_of(kind).fields:
                made = self.fields[field_name(kind, field.name)] = _config_field(field)
                made.is_optional = False  # type: ignore[attr-defined]  # for its label: the chosen kind decides

    def _choose(self, name: str, choices: list[Any]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices

    @cached_property
    def own_kinds(self) -> list[str]:
        return [kind for kind in list_offered() if kind_of(kind).fields]

    @cached_property
    def offers(self) -> list[Offer]:
        """The offered plans with their prices in the form's currency."""
        plans = Plan.objects.filter(is_active=True).prefetch_related("prices")
        currency = str(self["currency"].value() or "")
        return [
            _offer_of(
                plan,
                currency,
                has_trial=not self.had_trial,
                is_full=plan.code in self.room.full,
            )
            for plan in plans
        ]

    @cached_property
    def had_trial(self) -> bool:
        return has_had_trial(self.owner)

    @cached_property
    def room(self) -> Room:
        return find_room(self.owner)

    @property
    def full_sentence(self) -> str:
        return self.room.sentence(str(self["plan"].value() or ""))

    @property
    def kinds(self) -> Iterator[dict[str, Any]]:
        """Each kind of database with the fields of its connection, for the page."""
        for kind in list_offered():
            label = str(DatabaseType(kind).label)
            yield {
                "code": kind,
                "label": label[0].upper() + label[1:],
                "hint": HINTS.get(DatabaseType(kind), _("On the platform's servers.")),
                "fields": [self[field_name(kind, each.name)] for each in kind_of(kind).fields],
            }

    @property
    def starters(self) -> list[tuple[str, str]]:
        return [(code, str(label)) for code, label in Starter.choices]

    def clean(self) -> dict[str, Any]:
        values = self.cleaned_data
        if "key" in self.errors:
            self._renew_key()
        if values.get("country") not in STATE_NEEDED:
            values["state"] = ""
        elif not values.get("state"):
            self.add_error("state", gettext("Choose the state the store sells from."))
        values["database_type"] = values.get("database_type") or DatabaseType.SHARED
        values["interval"] = values.get("interval") or BillingInterval.MONTHLY
        return values

    def _renew_key(self) -> None:
        """A key that no page of ours has sent: the form is shown again with a new one."""
        del self.errors["key"]
        self.data = {name: self.data[name] for name in self.data} | {"key": str(new_id())}
        self.add_error(None, gettext("Please look at the form again and send it once more."))

    @property
    def values(self) -> dict[str, Any]:
        """For the service, without the connection."""
        return {name: self.cleaned_data[name] for name in self.base_fields}

    @property
    def config(self) -> dict[str, Any]:
        kind = self.cleaned_data["database_type"]
        return config_of(kind, self.cleaned_data) if kind in self.own_kinds else {}

    def show(self, error: DomainError) -> None:
        """An error of the service, at the field it is of."""
        put_errors(self, self.cleaned_data["database_type"], error)


class ConnectionForm(forms.Form):
    """The connection of a store whose opening failed, typed in again. Empty fields keep what is saved."""

    def __init__(self, *args: Any, kind: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind = kind
        for field in kind_of(kind).fields:
            self.fields[field_name(kind, field.name)] = _config_field(field)

    @property
    def config(self) -> dict[str, Any]:
        return config_of(self.kind, self.cleaned_data)

    def show(self, error: DomainError) -> None:
        put_errors(self, self.kind, error)


def _config_field(field: ConfigField) -> forms.Field:
    """A secret that was typed is never sent back."""
    common: dict[str, Any] = {"label": field.label, "help_text": field.help, "required": False}
    if field.choices:
        choices = [("", gettext("encrypted, verified if there is a certificate"))]
        return forms.ChoiceField(
            choices=[*choices, *((each, each) for each in field.choices)], **common
        )
    attrs = {"autocomplete": "off", "spellcheck": "false"}
    if field.secret:
        secret = forms.PasswordInput(attrs={"autocomplete": "new-password"})
        return RawField(widget=secret, strip=False, **common)
    if field.multiline:
        return RawField(widget=forms.Textarea(attrs={"rows": 3, **attrs}), **common)
    return RawField(widget=forms.TextInput(attrs=attrs), **common)


def _offer_of(plan: Plan, currency: str, *, has_trial: bool, is_full: bool) -> Offer:
    prices = {
        price.currency: _sentence(price.monthly_minor, price.annual_minor, price.currency)
        for price in plan.prices.all()
    }
    fallback = choose_price(plan, "")
    price = choose_price(plan, currency)
    days = plan.trial_days if has_trial else 0
    allowed = [str(DatabaseType(kind).label) for kind in sorted(plan.placement_codes)]
    return Offer(
        plan=plan,
        price=_sentence(price.monthly_minor, price.annual_minor, price.currency),
        prices=prices,
        fallback=_sentence(fallback.monthly_minor, fallback.annual_minor, fallback.currency),
        trial=ngettext("%(days)s day free of charge", "%(days)s days free of charge", days)
        % {"days": days}
        if days
        else "",
        limits=list_offer(plan),
        placements=", ".join(allowed) or gettext("every kind of database"),
        is_full=is_full,
    )


def _sentence(monthly: int, annual: int, currency: str) -> str:
    if not monthly:
        return gettext("Free of charge")
    return gettext("%(monthly)s a month, or %(annual)s a year") % {
        "monthly": money(monthly, currency),
        "annual": money(annual, currency),
    }


def store_host_suffix() -> str:
    return f".{settings.STORE_DOMAIN}"
