"""What the buyer of an order that is collected reads in the place of the words for deliveries."""

from django.utils.translation import gettext_lazy

IS_READY = gettext_lazy("Your order is ready to be collected")
BRING_CODE = gettext_lazy("Bring the code below, or a proof of your name.")
BRING_CODE_AND_AMOUNT = gettext_lazy(
    "Bring the code below, or a proof of your name, and the amount to pay."
)
BRING_AMOUNT = gettext_lazy("Please bring the amount when you collect it.")
WE_PREPARE = gettext_lazy("We get it ready and write to you when you can collect it.")
WE_PREPARE_CASH = gettext_lazy(
    "We get it ready and write to you when you can collect it. You pay then."
)
REST_IS_READY_LATER = gettext_lazy("We write to you when the rest can be collected.")
