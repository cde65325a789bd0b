"""The form that opens a store."""

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextInputWidget

from apps.backoffice.billing import PlanChoice
from apps.backoffice.platform.placement_fields import (
    CONFIG_NAMES,
    PlacementFields,
    config_of,
    put_errors,
)
from apps.common.addresses import region_choices
from apps.common.errors import DomainError
from apps.common.fields import CodeField
from apps.common.places import (
    LANGUAGE_HINT,
    LANGUAGE_LABEL,
    country_choices,
    currency_choices,
    language_choices,
)
from apps.platform.localities import STATE_NEEDED
from apps.platform.models import DatabaseType, Plan, ProvisioningJob, Store
from apps.provisioning import services as provisioning
from apps.tenancy.aliases import MAIN


class OpenStoreForm(PlacementFields, forms.ModelForm):
    """The few things a store needs to start; everything else can be changed later."""

    slug = CodeField(
        label=_("Short name"),
        max_length=40,
        required=False,
        widget=UnfoldAdminTextInputWidget,
        help_text=_(
            "Part of the store's address: lower-case Latin letters, digits, single hyphens. Empty: made from the name."
        ),
    )
    currency = forms.ChoiceField(
        choices=currency_choices, initial="INR", widget=UnfoldAdminSelectWidget
    )
    country = forms.ChoiceField(
        choices=country_choices, initial="IN", widget=UnfoldAdminSelectWidget
    )
    state = forms.ChoiceField(
        label=_("State"),
        required=False,
        widget=UnfoldAdminSelectWidget,
        help_text=_("For stores in India: it decides between CGST with SGST and IGST."),
    )
    language = forms.ChoiceField(
        label=LANGUAGE_LABEL,
        choices=language_choices,
        initial="en-IN",
        widget=UnfoldAdminSelectWidget,
        help_text=LANGUAGE_HINT,
    )
    plan = PlanChoice(
        queryset=Plan.objects.none(),
        empty_label=_("The first one that has the kind of database"),
        required=False,
        widget=UnfoldAdminSelectWidget,
    )

    class Meta:
        model = Store
        fields = ("name", "slug", "plan", "currency", "country", "language")

    opened: ProvisioningJob | None = None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        plans = self.fields["plan"]
        assert isinstance(plans, PlanChoice)
        plans.queryset = Plan.objects.filter(is_active=True).prefetch_related("prices")
        states = self.fields["state"]
        assert isinstance(states, forms.ChoiceField)
        states.choices = [
            ("", "-"),
            *(choice for country in sorted(STATE_NEEDED) for choice in region_choices(country)),
        ]

    def clean(self) -> dict[str, Any] | None:
        """Only India's taxes depend on the state; for another country the value is dropped."""
        values = super().clean() or self.cleaned_data
        if values.get("country") not in STATE_NEEDED:
            values["state"] = ""
        elif not values.get("state"):
            self.add_error("state", gettext("Choose the state the store sells from."))
        return values

    def _post_clean(self) -> None:
        """After Django's own checks, open the store: a taken name or address is an error of its field."""
        super()._post_clean()  # type: ignore[misc]  # Django has it, the stubs do not
        if self.errors or not self.instance._state.adding:
            return
        plain = {
            name: value for name, value in self.cleaned_data.items() if name not in CONFIG_NAMES
        }
        kind = plain["database_type"] = plain.get("database_type") or DatabaseType.SHARED
        plain["region"] = plain.get("region") or MAIN
        try:
            self.opened = provisioning.open_store(
                owner=None, config=config_of(kind, self.cleaned_data), **plain
            )
        except DomainError as error:
            put_errors(self, kind, error)
