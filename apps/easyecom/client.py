"""EasyEcom's API. An HTTP 200 is not success: the body has a `code` of its own.

Every error is one of two kinds: `SystemUnavailable` (later) and `Refused` (not by itself). What came of the calls is noted for
staff. Call it outside a transaction.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Any, Final

from django.conf import settings
from django.utils.translation import gettext

from apps.common.clock import now
from apps.common.json_http import Answer
from apps.easyecom.errors import AlreadyThere, LoginRefused, NotThere, Refused
from apps.easyecom.limiting import rest, take_turn
from apps.easyecom.options import BY_LIST, Options, read_options
from apps.easyecom.reading import number_of, orders_of
from apps.easyecom.tokens import KIND, get_token
from apps.integrations.errors import NotConnected, SystemBusy, SystemUnavailable
from apps.integrations.http import send
from apps.integrations.reading import INDIA, text_of
from apps.integrations.selectors import get_config
from apps.integrations.services import note_contact, note_failure

PAGE: Final = 250
LONGEST_WINDOW: Final = timedelta(days=7)
_ALREADY: Final = re.compile(r"already|duplicate|exists", re.IGNORECASE)
_CANCELLED: Final = re.compile(r"(?:already|is|been)\s+cancell?ed", re.IGNORECASE)
_NOTHING: Final = re.compile(
    r"not found|no (?:data|order|record|such)|does ?n[o']t exist", re.IGNORECASE
)
# How long before an order was placed its list begins: clocks differ.
_BEFORE: Final = timedelta(hours=1)


@dataclass(frozen=True)
class Created:
    """What EasyEcom answered to a new order: its ids, or the queue that it is in."""

    order_ref: str = ""
    invoice_ref: str = ""
    queue_ref: str = ""


@dataclass(frozen=True)
class Page:
    """Rows, and the address of the next page as EasyEcom gave it; "" at the end."""

    rows: Sequence[Mapping[str, Any]]
    next_url: str = ""


class Client:
    """Calls with the store's own account. Make one for each piece of work: it reads the credentials once."""

    def __init__(self) -> None:
        """Raises `NotConnected`."""
        self.config = get_config(KIND)
        try:
            self.options: Options = read_options(self.config)
        except KeyError:
            raise NotConnected() from None
        self._token = ""
        self._is_noted = False

    def create_order(self, body: Mapping[str, Any]) -> Created:
        """Raises `AlreadyThere` where EasyEcom says so. What is neither an id nor a queue is `SystemUnavailable`: it may be there."""
        content = self._call("POST", "/webhook/v2/createOrder", body=body)
        data = content.get("data")
        facts = data[0] if isinstance(data, list) and data else data
        if not isinstance(facts, Mapping):
            raise SystemUnavailable()
        created = Created(
            text_of(facts.get("OrderID")),
            text_of(facts.get("InvoiceID")),
            text_of(facts.get("queueId")),
        )
        if not (created.order_ref or created.invoice_ref or created.queue_ref):
            raise SystemUnavailable()
        return created

    def find_orders(self, number: str, *, since: datetime) -> list[dict[str, Any]]:
        """The invoices that EasyEcom has of our order; empty where it has none. Whatever it answers, those of other orders are
        left out."""
        if self.options.finds_by == BY_LIST:
            found = self._search(number, since)
        else:
            found = self._details({"reference_code": number})
        return [each for each in found if number_of(each) == number]

    def get_invoice(self, invoice_ref: str) -> list[dict[str, Any]]:
        return self._details({"invoice_id": invoice_ref})

    def cancel_invoice(self, invoice_ref: str) -> None:
        """One that is cancelled already is well; one that is shipped already is not. Raises `Refused`."""
        try:
            self._call("POST", "/orders/cancelOrder", body={"invoice_id": invoice_ref})
        except AlreadyThere as refusal:
            if not _CANCELLED.search(str(refusal)):
                raise

    def list_orders(self, begin: datetime, end: datetime, next_url: str = "") -> Page:
        """What changed in a window of at most seven days."""
        query = {"start_date": stamp(begin), "end_date": stamp(end), "limit": str(PAGE)}
        return self._page("/orders/V2/getAllOrders", "orders", query, next_url)

    def list_stock(self, next_url: str = "") -> Page:
        query = {"includeLocations": "1", "limit": str(PAGE)}
        return self._page("/getInventoryDetailsV3", "inventoryData", query, next_url)

    def list_products(self, next_url: str = "") -> Page:
        query = {"limit": str(PAGE)}
        return self._page("/Products/GetProductMaster", "products", query, next_url)

    def list_locations(self) -> Sequence[Mapping[str, Any]]:
        return self._page("/getAllLocation", "locations", {}, "").rows

    def _details(self, query: Mapping[str, str]) -> list[dict[str, Any]]:
        try:
            content = self._call("GET", "/orders/V2/getOrderDetails", query=query)
        except NotThere:
            return []
        return orders_of(content) if content.get("data") else []

    def _search(self, number: str, since: datetime) -> list[dict[str, Any]]:
        """In the lists of orders from then on, window by window."""
        found: list[dict[str, Any]] = []
        begin = since - _BEFORE
        while begin < now():
            end, next_url = min(begin + LONGEST_WINDOW, now() + _BEFORE), ""
            while True:
                page = self.list_orders(begin, end, next_url)
                found += [dict(each) for each in page.rows if number_of(each) == number]
                next_url = page.next_url
                if not next_url:
                    break
            begin = end
        return found

    def _page(self, path: str, name: str, query: Mapping[str, str], next_url: str) -> Page:
        """`next_url` is appended verbatim to the server's address."""
        try:
            content = self._call(
                "GET", next_url or path, query=None if next_url else query, is_read=True
            )
        except NotThere:
            return Page([])
        data = content.get("data")
        rows = data.get(name) if isinstance(data, Mapping) else data
        following = data.get("nextUrl") if isinstance(data, Mapping) else None
        following = following or content.get("nextUrl")
        found = [each for each in rows or [] if isinstance(each, Mapping)]
        return Page(found, _checked_url(text_of(following, limit=4000)))

    def _call(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, str] | None = None,
        body: Any = None,
        is_read: bool = False,
    ) -> Mapping[str, Any]:
        """The body of an answer that is success in both its codes."""
        try:
            content = self._ask(method, path, query, body, is_read)
        except Refused:
            self._note_contact()
            raise
        except SystemUnavailable as error:
            is_refused = isinstance(error, LoginRefused)
            note_failure(kind=KIND, error=str(error)[:300], is_refused=is_refused)
            raise
        self._note_contact()
        return content

    def _ask(
        self, method: str, path: str, query: Mapping[str, str] | None, body: Any, is_read: bool
    ) -> Mapping[str, Any]:
        self._token = self._token or get_token(self.options, self.config)
        answer = self._send(method, path, query, body, is_read)
        if _code_of(answer) == HTTPStatus.UNAUTHORIZED:
            self._token = get_token(self.options, get_config(KIND), refused=self._token)
            answer = self._send(method, path, query, body, is_read)
        return _checked(answer)

    def _send(
        self,
        method: str,
        path: str,
        query: Mapping[str, str] | None,
        body: Any,
        is_read: bool,
    ) -> Answer:
        take_turn(self.options, is_read=is_read)
        headers = {"x-api-key": self.options.api_key, "Authorization": f"Bearer {self._token}"}
        url = f"{settings.EASYECOM_API_URL}{path}"
        try:
            return send(method, url, headers=headers, query=query, body=body)
        except SystemBusy:
            rest(self.options)
            raise

    def _note_contact(self) -> None:
        """Once for each piece of work."""
        if not self._is_noted:
            self._is_noted = True
            note_contact(KIND)


def _code_of(answer: Answer) -> int:
    """The worse of the two codes: EasyEcom answers 200 over a body with another one."""
    if not HTTPStatus.OK <= answer.status < HTTPStatus.MULTIPLE_CHOICES:
        return answer.status
    try:
        return int(answer.get("code") or HTTPStatus.OK)
    except (TypeError, ValueError):
        return HTTPStatus.OK


def _checked(answer: Answer) -> Mapping[str, Any]:
    code, content = _code_of(answer), answer.content
    if code == HTTPStatus.OK and isinstance(content, Mapping):
        return content
    if code == HTTPStatus.UNAUTHORIZED:
        raise LoginRefused()
    if code == HTTPStatus.TOO_MANY_REQUESTS:
        raise SystemBusy()
    if code == HTTPStatus.OK or code >= HTTPStatus.INTERNAL_SERVER_ERROR:
        raise SystemUnavailable()
    reason = str(answer.get("message") or code)[:200]
    error = Refused
    if code == HTTPStatus.NOT_FOUND or _NOTHING.search(reason):
        error = NotThere
    elif _ALREADY.search(reason):
        error = AlreadyThere
    raise error(gettext("EasyEcom says: %(reason)s") % {"reason": reason})


def _checked_url(url: str) -> str:
    """Only a path of the same server: the credentials go with it."""
    if url and not re.match(r"/(?!/)", url):
        raise Refused(gettext("EasyEcom gave a next page that is not its own."))
    return url


def stamp(moment: datetime) -> str:
    """`2026-11-20 12:40:00`: Indian time without a zone."""
    return f"{moment.astimezone(INDIA):%Y-%m-%d %H:%M:%S}"
