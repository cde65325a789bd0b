from django.apps import AppConfig


class GiftcardsConfig(AppConfig):
    """Gift cards and store credit: balances with ledgers, and the gateways that pay with them."""

    name = "apps.giftcards"
    label = "giftcards"

    def ready(self) -> None:
        from apps.gateways.installed import add_stored_value
        from apps.giftcards.gateway import GiftCardGateway, StoreCreditGateway

        add_stored_value(GiftCardGateway())
        add_stored_value(StoreCreditGateway())
