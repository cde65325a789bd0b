"""Sends the code by which a buyer confirms an order: by SMS where the installation can, by e-mail otherwise."""

from uuid import UUID

from django.utils import translation
from django.utils.translation import gettext

from apps.common.habits import language_shown, spelling_of
from apps.common.web import hidden_email
from apps.fulfilment import mails
from apps.fulfilment import services as fulfilment
from apps.fulfilment.services.confirming import CODE_LIVES
from apps.notifications.sms import get_sms_sender
from apps.orders.models import Order
from apps.tenancy.context import current_store

_MINUTES = int(CODE_LIVES.total_seconds() // 60)


def send_code(order_id: UUID) -> None:
    """For the transaction of a consumer. A repeated message sends another code; nothing is sent for an order that does not
    wait for one."""
    order = fulfilment.get_order_to_confirm(order_id)
    if order is None:
        return
    sender = None if current_store().is_sandbox else get_sms_sender()
    if sender is None or not order.phone.startswith("+"):
        code, number = fulfilment.make_code(order=order, sent_to=hidden_email(order.email))
        mails.mail_code(order, code, number, minutes=_MINUTES)
        return
    code, _number = fulfilment.make_code(order=order, sent_to=_hidden_phone(order.phone))
    sender.send(to=order.phone, text=_text(order, code))


def _text(order: Order, code: str) -> str:
    store = current_store()
    language = language_shown(order.language, otherwise=store.language)
    with translation.override(spelling_of(language, store.country)):
        return gettext("%(code)s confirms your order %(number)s at %(store)s.") % {
            "code": code,
            "number": order.number,
            "store": store.name,
        }


def _hidden_phone(phone: str) -> str:
    return f"…{phone[-3:]}"
