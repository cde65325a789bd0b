"""The cases of every kind of change: forms, actions, buttons, and the API."""

from tests.backoffice import (
    every_change_changing,
    every_change_consignments,
    every_change_discounts,
    every_change_integrations,
    every_change_orders,
    every_change_partners,
    every_change_people,
    every_change_platform,
    every_change_prices,
    every_change_returns,
    every_change_selling,
    every_change_stock,
    every_change_store,
    every_change_support,
)
from tests.backoffice.every_change import Case


def cases_of(kind: str) -> dict[str, Case]:
    found: dict[str, Case] = {}
    for module in (
        every_change_store,
        every_change_selling,
        every_change_stock,
        every_change_consignments,
        every_change_partners,
        every_change_people,
        every_change_orders,
        every_change_changing,
        every_change_discounts,
        every_change_prices,
        every_change_support,
        every_change_platform,
        every_change_returns,
        every_change_integrations,
    ):
        found |= getattr(module, kind)
    return found
