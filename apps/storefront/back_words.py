"""Texts for the buyer of a parcel that could not be handed over: on its way back, or back."""

from typing import Final

from django.utils.translation import gettext_lazy

from apps.storefront.state_words import Words

_NOT_HANDED_OVER: Final = gettext_lazy(
    "It could not be handed over. Write to us if you still want it."
)
PART_COMING: Final = Words(
    gettext_lazy("Partly on its way back"),
    "warn",
    gettext_lazy("Part of your order is on its way back to us"),
    _NOT_HANDED_OVER,
)
COMING: Final = Words(
    gettext_lazy("On its way back"),
    "warn",
    gettext_lazy("Your order is on its way back to us"),
    _NOT_HANDED_OVER,
)
PART_HERE: Final = Words(
    gettext_lazy("Partly came back"),
    "warn",
    gettext_lazy("Part of your order came back to us"),
    _NOT_HANDED_OVER,
)
HERE: Final = Words(
    gettext_lazy("Came back"),
    "warn",
    gettext_lazy("Your order came back to us"),
    _NOT_HANDED_OVER,
)
