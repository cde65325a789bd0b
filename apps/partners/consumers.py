"""News of the outbox that become webhooks, where an endpoint of the store wants them."""

from functools import partial

from apps.events.consumers import Message, consumes
from apps.partners import services
from apps.partners.topics import TOPICS
from apps.partners.wanted import is_wanted


def write_webhooks(message: Message) -> None:
    services.write_deliveries(message)


for _topic in TOPICS:
    consumes(_topic.source, wanted=partial(is_wanted, _topic.code))(write_webhooks)
