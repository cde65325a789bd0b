"""Chooses the carrier of a parcel: the one that staff chose, else by ClickPost's rules, else in the store's own order."""

from django.utils.translation import gettext

from apps.clickpost.answers import NOT_SUBSCRIBED
from apps.clickpost.client import COD, ClickPostClient, Offer
from apps.clickpost.errors import ClickPostRefused, NotBookable
from apps.clickpost.models import Booking, CarrierAccount
from apps.clickpost.packing import Packed
from apps.clickpost.payloads import recommendation_body
from apps.clickpost.selectors import list_accounts


def choose_carrier(booking: Booking, packed: Packed) -> Offer:
    """At most two calls. Raises `NotBookable` where no carrier takes the parcel, and the errors of the client."""
    accounts, client = list_accounts(), ClickPostClient()
    if booking.is_chosen:
        return _require_chosen(booking, packed, client)
    if not packed.is_indian:
        return _first_of(accounts)
    try:
        offers = client.recommend(recommendation_body(packed))
    except ClickPostRefused as refusal:
        if refusal.answered != NOT_SUBSCRIBED:
            raise
        offers = [
            each
            for each in client.serviceable(packed.pickup.postal_code, packed.drop.postal_code)
            if each.takes(packed.order_type)
        ]
        return _by_store(offers, accounts) or _none(packed)
    return _by_offer(offers, accounts) or _none(packed)


def _require_chosen(booking: Booking, packed: Packed, client: ClickPostClient) -> Offer:
    """The carrier that staff chose, if it goes there."""
    chosen = Offer(booking.cp_id or 0, booking.carrier, booking.account_code)
    if not packed.is_indian:
        return chosen
    offers = client.serviceable(packed.pickup.postal_code, packed.drop.postal_code)
    own = [each for each in offers if _fits(each, chosen.cp_id, chosen.account_code)]
    if any(each.takes(packed.order_type) for each in own):
        return chosen
    raise NotBookable(_sentence(packed, chosen.name or gettext("The chosen carrier")))


def _by_offer(offers: list[Offer], accounts: list[CarrierAccount]) -> Offer | None:
    """The best offer of a carrier that may be booked; any, where the store has written down none."""
    if not accounts:
        return offers[0] if offers else None
    for offer in offers:
        for account in accounts:
            if _fits(offer, account.cp_id, account.account_code):
                return Offer(
                    account.cp_id, account.name, account.account_code or offer.account_code
                )
    return None


def _by_store(offers: list[Offer], accounts: list[CarrierAccount]) -> Offer | None:
    if not accounts:
        return offers[0] if offers else None
    for account in accounts:
        for offer in offers:
            if _fits(offer, account.cp_id, account.account_code):
                return Offer(
                    account.cp_id, account.name, account.account_code or offer.account_code
                )
    return None


def _first_of(accounts: list[CarrierAccount]) -> Offer:
    if not accounts:
        raise NotBookable(gettext("Enter a carrier of your account under Carriers at ClickPost."))
    first = accounts[0]
    return Offer(first.cp_id, first.name, first.account_code)


def _fits(offer: Offer, cp_id: int, account_code: str) -> bool:
    """Answers do not always name the account."""
    is_same = not (offer.account_code and account_code) or offer.account_code == account_code
    return offer.cp_id == cp_id and is_same


def _none(packed: Packed) -> Offer:
    raise NotBookable(_sentence(packed, ""))


def _sentence(packed: Packed, carrier: str) -> str:
    words = {
        "carrier": carrier,
        "pickup": packed.pickup.postal_code,
        "drop": packed.drop.postal_code,
    }
    if carrier and packed.order_type == COD:
        return (
            gettext("%(carrier)s does not take cash on delivery from %(pickup)s to %(drop)s.")
            % words
        )
    if carrier:
        return gettext("%(carrier)s does not go from %(pickup)s to %(drop)s.") % words
    if packed.order_type == COD:
        return (
            gettext("No carrier of the account takes cash on delivery from %(pickup)s to %(drop)s.")
            % words
        )
    return gettext("No carrier of the account goes from %(pickup)s to %(drop)s.") % words
