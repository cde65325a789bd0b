"""Publishing the shipping methods and taxes of a sandbox."""

from apps.operations.sandboxes.publishable import Content, publishes
from apps.pricing.models import ShippingMethod, TaxRate, TaxSettings

publishes(Content(ShippingMethod, "shipping method", title=lambda row: str(row["name"])))
publishes(
    Content(
        TaxRate,
        "tax rate",
        title=lambda row: f"{row['name']} {row['country']} {row['region']}".strip(),
    )
)
publishes(Content(TaxSettings, "tax settings", title=lambda row: "Tax settings"))
