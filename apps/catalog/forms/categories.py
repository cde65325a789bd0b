"""A category in a form: `write()` calls the services."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _
from unfold.widgets import (
    UnfoldAdminIntegerFieldWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
    UnfoldBooleanSwitchWidget,
)

from apps.catalog import services as catalog
from apps.catalog.documents import Category
from apps.catalog.errors import InvalidCategory
from apps.catalog.forms.faults import show_faults
from apps.catalog.inputs import CategoryInput
from apps.catalog.selectors import list_category_nodes
from apps.common.fields import BlockField, LineField


class CategoryForm(forms.ModelForm):
    name = LineField(max_length=120, widget=UnfoldAdminTextInputWidget)
    slug = LineField(
        label=_("Address"),
        max_length=120,
        required=False,
        widget=UnfoldAdminTextInputWidget,
        help_text=_(
            "The last part of the page's address, in letters of any script. Empty: made from the name."
        ),
    )
    parent_id = forms.ChoiceField(label=_("Below"), required=False, widget=UnfoldAdminSelectWidget)
    description = BlockField(required=False, widget=UnfoldAdminTextareaWidget)
    position = forms.IntegerField(
        label=_("Order in lists"), initial=0, widget=UnfoldAdminIntegerFieldWidget
    )
    is_active = forms.BooleanField(
        label=_("Shown"),
        required=False,
        initial=True,
        widget=UnfoldBooleanSwitchWidget,
        help_text=_("An inactive category is hidden with everything below it."),
    )
    seo_title = LineField(
        label=_("Title for search engines"),
        max_length=200,
        required=False,
        widget=UnfoldAdminTextInputWidget,
    )
    seo_description = LineField(
        label=_("Description for search engines"),
        max_length=400,
        required=False,
        widget=UnfoldAdminTextInputWidget,
    )

    class Meta:
        model = Category
        fields: tuple[str, ...] = (
            "name",
            "slug",
            "parent_id",
            "description",
            "position",
            "is_active",
            "seo_title",
            "seo_description",
        )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.is_new = self.instance.pk is None
        self.initial["parent_id"] = str(self.instance.parent_id or "")
        if "parent_id" in self.fields:
            choices = [("", "the top"), *self._possible_parents()]
            cast(forms.ChoiceField, self.fields["parent_id"]).choices = choices

    def _possible_parents(self) -> list[tuple[str, str]]:
        """Every category except this one and what is below it."""
        nodes = list_category_nodes(include_inactive=True)
        own = next((node for node in nodes if node.id == self.instance.pk), None)
        below = {node.id for node in own.walk()} if own else set()
        return [
            (str(node.id), f"{'— ' * node.depth}{node.name}")
            for node in nodes
            if node.id not in below
        ]

    def _post_clean(self) -> None:
        """The services check; Django's model validation has nothing to add."""
        if self.errors:
            return
        try:
            catalog.check_category(
                data=self.category_input(), category=None if self.is_new else self.instance
            )
        except InvalidCategory as error:
            show_faults(self, error.fields)

    def category_input(self) -> CategoryInput:
        values = {**self.cleaned_data, "parent_id": self.cleaned_data["parent_id"] or None}
        return CategoryInput(**values, image=self.instance.image)

    def save_m2m(self) -> None:
        """Nothing: a category is one document."""

    def save(self, commit: bool = True) -> Category:
        """Django's admin calls this with `commit=False`; only `write` writes."""
        return self.write() if commit else self.instance

    def write(self) -> Category:
        """Save the category. The form's instance is the stored one afterwards."""
        data = self.category_input()
        if self.is_new:
            saved = catalog.create_category(data=data)
        else:
            saved = catalog.update_category(category=self.instance, data=data, as_read=True)
        for field in Category._meta.concrete_fields:
            setattr(self.instance, field.attname, getattr(saved, field.attname))
        self.instance._state.adding = False
        self.instance._state.db = saved._state.db
        return self.instance
