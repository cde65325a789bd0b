"""The settings of the integration: what is only known from other people's code is chosen by the owner, not written down here."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from apps.easyecom.states import Basis, Master
from apps.integrations.kinds import KeyField


@dataclass(frozen=True)
class Tier:
    """What EasyEcom allows an account, and how often its orders and its stock are read within that."""

    per_second: int
    burst: int
    per_day: int
    orders_every: timedelta
    stock_every: timedelta


_OFTEN: Final = timedelta(minutes=5)
TIERS: Final[Mapping[str, Tier]] = {
    "default": Tier(5, 10, 500, timedelta(minutes=15), timedelta(hours=12)),
    "bronze": Tier(5, 10, 50_000, _OFTEN, timedelta(hours=2)),
    "silver": Tier(20, 40, 200_000, _OFTEN, timedelta(hours=1)),
    "gold": Tier(30, 60, 300_000, _OFTEN, timedelta(hours=1)),
    "diamond": Tier(30, 60, 500_000, _OFTEN, timedelta(hours=1)),
}
_TIER_LABELS: Final = (
    ("default", _("Default: 500 calls a day")),
    ("bronze", _("Bronze: 50,000 calls a day")),
    ("silver", _("Silver: 200,000 calls a day")),
    ("gold", _("Gold: 300,000 calls a day")),
    ("diamond", _("Diamond: 500,000 calls a day")),
)
RETAIL, BUSINESS = "retailorder", "businessorder"
BY_REFERENCE, BY_LIST = "reference", "list"
_NUMBERS: Final[Mapping[str, str]] = {
    "prepaid_mode": "5",
    "cash_mode": "2",
    "marketplace_id": "10",
    "shipping_method": "1",
}


@dataclass(frozen=True)
class Options:
    """The values as they are used. `email` and the like are for the login alone."""

    email: str
    password: str = field(repr=False)
    api_key: str = field(repr=False)
    location_key: str
    tier: Tier
    master: Master
    basis: Basis
    prepaid_mode: int
    cash_mode: int
    marketplace_id: int
    shipping_method: int
    business_type: str
    finds_by: str


def read_options(config: Mapping[str, Any]) -> Options:
    """What was saved before a setting existed has its default. Raises `KeyError` without credentials."""
    return Options(
        email=config["email"],
        password=config["password"],
        api_key=config["api_key"],
        location_key=config["location_key"],
        tier=TIERS[config.get("tier") or "default"],
        master=Master(config.get("master") or Master.HERE),
        basis=Basis(config.get("basis") or Basis.FREE),
        business_type=config.get("business_type") or BUSINESS,
        finds_by=config.get("finds_by") or BY_REFERENCE,
        **{name: int(config.get(name) or first) for name, first in _NUMBERS.items()},
    )


def is_number(name: str) -> bool:
    """Whether the field holds a whole number."""
    return name in _NUMBERS


OPTIONAL: Final = frozenset(_NUMBERS)
FIELDS: Final[Sequence[KeyField]] = (
    KeyField("email", _("E-mail"), _("Of the EasyEcom user for the API."), is_secret=False),
    KeyField("password", _("Password"), _("Of the same user.")),
    KeyField("api_key", _("API key"), _("EasyEcom calls it x-api-key.")),
    KeyField(
        "location_key",
        _("Location key"),
        _("Of the warehouse: Settings, Account, location key."),
        is_secret=False,
    ),
    KeyField(
        "tier",
        _("Tier of the account"),
        _("How many calls EasyEcom takes. More are not made."),
        is_secret=False,
        choices=_TIER_LABELS,
    ),
    KeyField(
        "master",
        _("Who counts the stock"),
        _("With EasyEcom as master its levels become the stock of the mapped warehouses."),
        is_secret=False,
        choices=Master.choices,
    ),
    KeyField(
        "basis",
        _("What its levels count"),
        _("As the account at EasyEcom is set up."),
        is_secret=False,
        choices=Basis.choices,
    ),
    KeyField(
        "prepaid_mode",
        _("Payment mode of paid orders"),
        _("The number at EasyEcom. Empty: 5."),
        is_secret=False,
    ),
    KeyField(
        "cash_mode",
        _("Payment mode of cash on delivery"),
        _("The number at EasyEcom. Empty: 2."),
        is_secret=False,
    ),
    KeyField(
        "marketplace_id",
        _("Marketplace"),
        _("The number of this store's sales channel at EasyEcom. Empty: 10."),
        is_secret=False,
    ),
    KeyField(
        "shipping_method",
        _("Shipping method"),
        _("The number at EasyEcom. Empty: 1."),
        is_secret=False,
    ),
    KeyField(
        "business_type",
        _("Type of orders with a tax number"),
        _("All others are retail orders."),
        is_secret=False,
        choices=((BUSINESS, _("Business order")), (RETAIL, _("Retail order"))),
    ),
    KeyField(
        "finds_by",
        _("How an order is looked up there"),
        _("By its number, or, where the account can't do that, in the list of orders."),
        is_secret=False,
        choices=((BY_REFERENCE, _("By its number")), (BY_LIST, _("In the list"))),
    ),
)
