"""The list of stock: pieces with the names and pictures of what they are, counted in the list itself."""

from typing import Any, cast

from django import forms
from django.http import HttpRequest, QueryDict
from django.utils.datastructures import MultiValueDict
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display
from unfold.views import ChangeList
from unfold.widgets import UnfoldAdminIntegerFieldWidget

from apps.backoffice.columns import thumbnail
from apps.catalog.selectors import read_lines
from apps.common.errors import DomainError
from apps.common.form_errors import show_error
from apps.inventory import services as inventory
from apps.inventory.errors import CountOvertaken
from apps.inventory.models import StockItem
from apps.tenancy.context import current_store

MOST_PIECES = 100_000_000
_NOT_SOLD = _("No longer in the catalog")


class CountForm(forms.ModelForm):
    """One row of the list: the number on the shelf. An unchanged number is not a count."""

    on_hand = forms.IntegerField(
        min_value=0,
        max_value=MOST_PIECES,
        widget=UnfoldAdminIntegerFieldWidget,
        show_hidden_initial=True,  # saving an old page does not restore pieces sold meanwhile
    )

    class Meta:
        model = StockItem
        fields = ("on_hand",)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        label = _("Pieces of %(sku)s on the shelf") % {"sku": self.instance.sku}
        self.fields["on_hand"].widget.attrs["aria-label"] = label

    def clean(self) -> dict[str, Any] | None:
        values = super().clean()
        if not self.errors and "on_hand" in self.changed_data:
            stored = StockItem.objects.get(pk=self.instance.pk)
            count = self.cleaned_data["on_hand"]
            try:
                inventory.require_countable(stock_item=stored, on_hand=count, seen=self.seen)
            except CountOvertaken as error:
                show_error(self, error)
                self._show_now(stored.on_hand)
            except DomainError as error:
                show_error(self, error)
        return values

    @property
    def seen(self) -> int | None:
        """The number that the list showed."""
        text = str(self.data.get(self["on_hand"].html_initial_name, ""))
        return int(text) if text.isdecimal() else None

    def _show_now(self, on_hand: int) -> None:
        """The refused form shows the current number. A repeated save replaces that number."""
        name = self["on_hand"].html_initial_name
        self.data = MultiValueDict(
            {**dict(cast(QueryDict, self.data).lists()), name: [str(on_hand)]}
        )


class StockChangeList(ChangeList):
    """Reads the products of the page's rows at once."""

    result_list: Any

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        items = list(self.result_list)  # stays in the queryset, which the forms of the rows need
        lines = read_lines([item.variant_ref for item in items], current_store().currency)
        for item in items:
            item.line = lines.get(item.variant_ref)


class StockColumns:
    """Columns of the list; `item.line` is read for all rows at once."""

    @display(description="")
    def picture(self, item: Any) -> SafeString:
        return thumbnail(item.line.image_url if item.line is not None else "")

    @display(description=_("product"))
    def product(self, item: Any) -> str | SafeString:
        if item.line is None:
            return str(_NOT_SOLD)
        if not item.line.variant_title:
            return str(item.line.title)
        return format_html(
            '{}<br><span class="bo-muted">{}</span>', item.line.title, item.line.variant_title
        )
