"""What the page of an order shows of ClickPost, and its buttons."""

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from apps.clickpost import services
from apps.clickpost.errors import BookingMovedOn, ClickPostRefused
from apps.clickpost.models import Booking, CarrierAccount, CarrierRequest, FollowedParcel
from apps.clickpost.selectors import (
    list_accounts,
    list_bookings_of,
    list_followed,
    list_requests,
    pieces_to_book,
)
from apps.clickpost.states import HAS_WAYBILL, NOT_FETCHED, BookingState
from apps.common.actor import Actor
from apps.common.errors import NotFound
from apps.common.money import format_money, from_minor
from apps.integrations.values import CardButton, CardPart, CardRow, OrderCard
from apps.orders.models import Order
from apps.tenancy.context import current_store

_ADDS, _CHANGES = "clickpost.add_booking", "clickpost.change_booking"
_S = BookingState
_MOST_CARRIERS: Final = 6
_OPEN: Final = (_S.REFUSED, _S.BOOKED, _S.SHIPPED, _S.STRAY)


def card_of(order: Order) -> OrderCard | None:
    """A constant number of queries. None for an order of which nothing is sent by a carrier."""
    bookings = list_bookings_of(order)
    shipments = list(order.shipments.values_list("pk", flat=True))
    followed = list_followed(shipments)
    can_book = bool(pieces_to_book(order))
    if not (bookings or followed or can_book):
        return None
    accounts = list_accounts()[:_MOST_CARRIERS]
    by_waybill = {each.waybill: each for each in followed}
    own = {row.waybill for row in bookings}
    requests = list_requests(shipments)
    parts = [_booking_part(row, by_waybill.get(row.waybill), accounts) for row in bookings]
    parts += [_followed_part(each) for each in followed if each.waybill not in own]
    parts += [_request_part(each) for each in requests]
    return OrderCard(CardPart(buttons=_buttons_to_book(accounts) if can_book else ()), parts)


def press(order: Order, verb: str, key: str, actor: Actor) -> str:
    """The buttons. What ClickPost says is the answer to the person who pressed."""
    if verb == "book":
        account = _account(key) if key else None
        rows = services.begin_bookings(order=order, actor=actor, account=account)
        for row in rows:
            services.send_due_bookings(only=row)
        return " ".join(_said(row) for row in rows)
    if verb == "ask":
        return _who_goes(order)
    if verb == "again":
        booking, _slash, account_key = key.partition("/")
        before = _booking(order, booking)
        row = services.book_again(booking=before, account=_account(account_key), actor=actor)
        services.send_due_bookings(only=before)
    elif verb == "retry":
        row = services.retry_booking(booking=_booking(order, key), actor=actor)
    elif verb == "cancel":
        row = services.cancel_booking(booking=_booking(order, key), actor=actor)
    elif verb == "settle":
        row = services.settle_stray(booking=_booking(order, key), actor=actor)
    else:
        raise NotFound()
    services.send_due_bookings(only=row)
    return _said(row)


def _buttons_to_book(accounts: Sequence[CarrierAccount]) -> list[CardButton]:
    chosen = [
        CardButton(
            "book", gettext("Book with %(carrier)s") % {"carrier": each}, _ADDS, key=str(each.pk)
        )
        for each in accounts
    ]
    first = CardButton("book", _("Book a parcel"), _ADDS, is_primary=True)
    return [first, *chosen, CardButton("ask", _("Who goes there?"), _ADDS)]


def _booking_part(
    row: Booking, followed: FollowedParcel | None, accounts: Sequence[CarrierAccount]
) -> CardPart:
    label = row.label_path and row.state in HAS_WAYBILL
    cash = format_money(from_minor(row.cod_minor, row.order.currency), current_store().language)
    rows: list[CardRow] = [
        (_("State"), str(row.get_state_display())),
        (_("Carrier"), row.carrier),
        (_("AWB"), row.waybill),
        (_("Cash on delivery"), cash if row.cod_minor else ""),
        (_("From"), row.warehouse.name if row.warehouse is not None else ""),
        (_("Label"), _label_link(row) if label else row.label_error),
        *(_news_rows(followed) if followed is not None else ()),
    ]
    problem = followed.problem if followed is not None else ""
    warning = problem or (row.error if row.state != _S.CANCELLED else "")
    title = gettext("Booking %(reference)s") % {"reference": row.reference}
    if row.state == _S.CANCELLED:
        rows.append((_("Why"), row.error))
    is_fetched = followed is not None and followed.last_status not in NOT_FETCHED
    return CardPart(title, rows, warning, () if is_fetched else _buttons_of(row, accounts))


def _label_link(row: Booking) -> str:
    address = reverse("store_admin:clickpost_booking_label", args=[row.pk])
    words = gettext("Print (PDF)")
    return format_html('<a href="{}" target="_blank" rel="noopener">{}</a>', address, words)


def _buttons_of(row: Booking, accounts: Sequence[CarrierAccount]) -> list[CardButton]:
    key = str(row.pk)
    found = []
    if row.state == _S.REFUSED:
        found.append(CardButton("retry", _("Try again"), _CHANGES, key, is_primary=True))
    if row.state == _S.WAITING and row.error and not row.is_asked:
        found.append(CardButton("retry", _("Book it now"), _CHANGES, key, is_primary=True))
    is_replaced = row.state == _S.CANCELLED and row.shipment_id is None
    if row.state in (*_OPEN, _S.CANCELLED) and not is_replaced:
        found += [
            CardButton(
                "again",
                gettext("Book again with %(carrier)s") % {"carrier": each},
                _ADDS,
                f"{key}/{each.pk}",
            )
            for each in accounts
            if (each.cp_id, each.account_code) != (row.cp_id, row.account_code)
        ]
    if row.state in _OPEN:
        words = _("Cancel it again") if row.state == _S.STRAY else _("Cancel the booking")
        found.append(CardButton("cancel", words, _CHANGES, key))
    if row.state == _S.STRAY:
        found.append(CardButton("settle", _("It is cancelled there"), _CHANGES, key))
    return found


def _followed_part(each: FollowedParcel) -> CardPart:
    title = gettext("Parcel %(waybill)s") % {"waybill": each.waybill}
    return CardPart(title, _news_rows(each), each.problem)


def _news_rows(each: FollowedParcel) -> list[CardRow]:
    expected = each.expected_on.isoformat() if each.expected_on is not None else ""
    return [
        (_("Last news"), str(each.get_last_status_display())),
        (_("Last scan"), each.last_at),
        (_("Expected on"), expected),
    ]


def _request_part(each: CarrierRequest) -> CardPart:
    is_refused = each.state == "refused"
    rows: list[CardRow] = [
        (_("State"), str(each.get_state_display())),
        (_("Answer"), "" if is_refused else each.answer),
    ]
    return CardPart(str(each.get_act_display()), rows, each.answer if is_refused else "")


def _who_goes(order: Order) -> str:
    offers, days = services.ask_carriers(order=order)
    if not offers:
        return gettext("No carrier of the account takes this parcel there.")
    known = {account.cp_id: account.name for account in list_accounts()}
    names = ", ".join(
        dict.fromkeys(each.name or known.get(each.cp_id) or each.account_code for each in offers)
    )
    said = gettext("It is taken by: %(names)s.") % {"names": names}
    if days is None:
        return said
    words = {"least": days[0], "most": days[1]}
    return f"{said} {gettext('It takes %(least)s to %(most)s days.') % words}"


def _said(row: Booking) -> str:
    """What came of it. Raises the refusal, for the page shows it as one."""
    row = Booking.objects.get(pk=row.pk)
    if row.state in (_S.REFUSED, _S.STRAY):
        raise ClickPostRefused(row.error)
    words = {"reference": row.reference, "carrier": row.carrier, "waybill": row.waybill}
    if row.state == _S.SHIPPED:
        return (
            gettext("Booked with %(carrier)s, waybill %(waybill)s. The parcel is shipped.") % words
        )
    if row.state == _S.CANCELLED:
        return gettext("The booking %(reference)s is cancelled.") % words
    said = gettext("The booking %(reference)s is being worked on.") % words
    return f"{said} {row.error}".strip()


def _booking(order: Order, key: str) -> Booking:
    row = Booking.objects.filter(order=order, pk=_uuid(key)).first()
    if row is None:
        raise BookingMovedOn
    return row


def _account(key: str) -> CarrierAccount:
    row = CarrierAccount.objects.filter(pk=_uuid(key), is_active=True).first()
    if row is None:
        raise NotFound()
    return row


def _uuid(key: str) -> UUID:
    try:
        return UUID(key)
    except ValueError:
        raise NotFound() from None
