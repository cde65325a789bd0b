"""Whether invoices less credit notes are what orders come to, and whether their numbers have no gap."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db.models import Count, Exists, F, Max, Min, OuterRef, Q, Sum

from apps.invoices.kinds import DocumentKind
from apps.invoices.models import Document, Series
from apps.invoices.selectors import is_sold, valid
from apps.orders.models import Order
from apps.payments.models import Refund
from apps.payments.states import RefundState
from apps.platform.ledgers import LedgerDifference, checks_ledger, in_portions, started_after


@checks_ledger
def check_documents(since: datetime | None) -> Iterator[LedgerDifference]:
    """For each order with an invoice: three queries for a thousand."""
    invoices = valid(Document.objects.filter(kind=DocumentKind.INVOICE, order=OuterRef("pk")))
    invoiced = Order.objects.filter(Exists(invoices)).order_by("pk")
    for some in in_portions(started_after(invoiced, since, "placed_at")):
        refunds = Refund.objects.filter(payment__order__in=some, state=RefundState.SUCCEEDED)
        given = _sums(refunds, "payment__order_id", "credited_minor")
        documents = valid(Document.objects.filter(order__in=some))
        invoiced_sums = _sums(
            documents.filter(kind=DocumentKind.INVOICE), "order_id", "total_minor"
        )
        notes = _sums(documents.filter(kind=DocumentKind.CREDIT_NOTE), "order_id", "total_minor")
        for order in some:
            # what was added since has its invoice once it is sold
            sold = order.total_minor if is_sold(order) else invoiced_sums[order.pk]
            owed = sold - order.reduced_minor - given.get(order.pk, 0)
            said = invoiced_sums[order.pk] - notes.get(order.pk, 0)
            if said != owed:
                yield LedgerDifference(
                    order.number, "invoice less credit notes", said, owed, "orders", order.pk
                )


@checks_ledger
def check_numbers(since: datetime | None) -> Iterator[LedgerDifference]:
    """All series, whatever `since` is: one query."""
    counted = Series.objects.annotate(
        many=Count("documents"), first=Min("documents__sequence"), last=Max("documents__sequence")
    )
    whole = Q(last_number=0, many=0) | Q(first=1, last=F("last_number"), many=F("last_number"))
    for row in counted.exclude(pk__in=counted.filter(whole).values("pk")).order_by("pk"):
        yield LedgerDifference(row.prefix, "last_number", row.last_number, row.many, "documents")


def _sums(rows: Any, by: str, amount: str) -> dict[Any, int]:
    return dict(rows.order_by().values_list(by).annotate(sum=Sum(amount)))
