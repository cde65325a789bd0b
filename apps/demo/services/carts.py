"""Rules for carts of the demo: one shop asks at login, and reminds of carts that were left."""

from apps.carts import services as carts
from apps.carts.models import CartSettings, MergeRule
from apps.demo.shops import Shop


def set_cart_rules(*, shop: Shop) -> None:
    """Repeatable: what staff changed stays."""
    untouched = CartSettings.objects.filter(key="store", merge_rule=MergeRule.ADD, reminds=False)
    row = untouched.first() if shop.currency == "INR" else None
    if row is not None:
        row.merge_rule, row.reminds, row.most_reminders = MergeRule.ASK, True, 2
        carts.save_cart_settings(row)
