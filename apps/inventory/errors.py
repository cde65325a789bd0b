"""Errors of stock."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from apps.common.errors import Conflict, InvalidInput


def words_for_short(name: str, left: int) -> str:
    """A sentence for buyers about insufficient stock."""
    if left <= 0:
        return gettext("%(name)s is sold out.") % {"name": name}
    return ngettext("Only %(left)s %(name)s is left.", "Only %(left)s %(name)s are left.", left) % {
        "left": left,
        "name": name,
    }


class OutOfStock(Conflict):
    """Not enough pieces; nothing was taken. `short` says how many are left, by variant; `details` say it by SKU.

    The message shows the title of a variant (`names`), or else its SKU (`skus`), both by variant. It never shows an id.
    """

    code = "out_of_stock"
    title = _("Some of the products are sold out.")

    def __init__(
        self,
        *,
        short: Mapping[str, int],
        skus: Mapping[str, str],
        names: Mapping[str, str] | None = None,
    ) -> None:
        self.short = dict(short)
        called = {**skus, **(names or {})}
        known = {
            ref: skus[ref]
            for ref in sorted(short, key=lambda ref: skus.get(ref, ref))
            if ref in skus
        }
        self.skus = list(known.values())
        sentences = [words_for_short(called[ref], short[ref]) for ref in known]
        if len(known) < len(short):
            sentences.append(str(self.title))
        super().__init__(
            " ".join(sentences),
            skus=self.skus,
            available={sku: short[ref] for ref, sku in known.items()},
            names={sku: called[ref] for ref, sku in known.items()},
            variant_ids=sorted(short),
        )

    def called(self, *, skus: Mapping[str, str], names: Mapping[str, str]) -> "OutOfStock":
        """The same with the SKUs and titles of today, by variant."""
        return OutOfStock(short=self.short, skus=skus, names=names)


class ReservationGone(Conflict):
    """The order's reservation was released (or never made): its stock may be reserved for another order by now."""

    code = "reservation_gone"
    title = _("The stock of this order is no longer reserved.")


class StockPromised(Conflict):
    """The count would fall below what is promised to orders."""

    code = "stock_promised"
    title = _("More pieces are promised to orders than that.")


class CountOvertaken(Conflict):
    """The stock changed after the count was entered."""

    code = "count_overtaken"
    title = _("The stock has changed since the page was opened.")


class QuantityNotAllocated(Conflict):
    """The shipped (or returned) pieces exceed the allocated (or sent) pieces."""

    code = "quantity_not_allocated"
    title = _("The order does not have that many pieces.")


class NotArrived(Conflict):
    """Pieces that are awaited can't be sent: they are on order, or were not released yet."""

    code = "not_arrived"
    title = _("Pieces of this order have not arrived yet.")


class NoReleaseDate(InvalidInput):
    """A pre-order needs the day from which its pieces are sent."""

    code = "no_release_date"
    title = _("A pre-order needs a release date in the future.")

    def __init__(self) -> None:
        super().__init__(fields={"release_on": [str(self.title)]})


class ConsignmentClosed(Conflict):
    """It was received or cancelled, or some of it has arrived."""

    code = "consignment_closed"
    title = _("That is not possible any more.")


class ConsignmentOvertaken(Conflict):
    """Other pieces were received since the page was opened."""

    code = "consignment_overtaken"
    title = _("It has changed since the page was opened. Please look at it again.")


class InvalidConsignment(InvalidInput):
    code = "invalid_consignment"
    title = _("Please check what is sent, and where.")


class NoWarehouse(Conflict):
    """The store has no active warehouse to receive into."""

    code = "no_warehouse"
    title = _("There is no active warehouse.")


class InvalidQuantity(InvalidInput):
    """An impossible quantity: negative, zero where a piece is needed, or too large."""

    code = "invalid_quantity"
    title = _("The quantity is not valid.")

    def __init__(self, message: str | None = None, **details: Any) -> None:
        super().__init__(message, fields={"quantity": [str(message or self.title)]}, **details)


class BundleRefused(InvalidInput):
    """The parts can't make that bundle."""

    code = "bundle_refused"
    title = _("This bundle is not possible.")

    def __init__(self, message: str | None = None, **details: Any) -> None:
        super().__init__(message, fields={"parts": [str(message or self.title)]}, **details)


class BundleChanged(Conflict):
    """Another person has saved the bundle meanwhile."""

    code = "bundle_changed"
    title = _("The bundle was changed meanwhile. Load the page again.")


class BundleHasNoStock(Conflict):
    """Pieces of a bundle are pieces of its parts."""

    code = "bundle_has_no_stock"
    title = _("A bundle has no stock of its own: count its parts.")


class InvalidStockTake(InvalidInput):
    """What is to be counted is not there."""

    code = "invalid_stock_take"
    title = _("This can't be counted.")


class StockTakeNotOpen(Conflict):
    """The count has not begun, or has ended."""

    code = "stock_take_not_open"
    title = _("This stock take is not open: nothing can be counted in it.")


class NotInStockTake(InvalidInput):
    """The count is of other SKUs."""

    code = "not_in_stock_take"
    title = _("This is not in the stock take.")


class WarehouseBeingCounted(Conflict):
    """One count of a warehouse at a time: a difference that two counts find would be booked twice."""

    code = "warehouse_being_counted"
    title = _("Another stock take of this warehouse is open. Close it first, or give it up.")


class StockTakeOvertaken(Conflict):
    """A row was corrected after it was counted: its difference would be booked twice."""

    code = "stock_take_overtaken"
    title = _("Stock was corrected elsewhere since it was counted here.")


class NoticeNotPossible(Conflict):
    """No notice can be asked for of this variant."""

    code = "notice_not_possible"
    title = _("No notice can be asked for here.")


class FileTooLarge(InvalidInput):
    """The table is larger than what is read here."""

    code = "file_too_large"
    title = _("The file is larger than 20 MB. Bring it in in parts.")
