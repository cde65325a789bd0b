"""An endpoint of the store, and the server that it sends to."""

from collections.abc import Iterator
from typing import Any

import pytest

from apps.partners import services as partners
from apps.partners.models import WebhookEndpoint
from tests.support.acting import STAFF, seeing_all
from tests.support.hook_receiver import Receiver, hook_receiver


@pytest.fixture
def receiver(settings: Any) -> Iterator[Receiver]:
    settings.ALLOW_PRIVATE_WEB_HOSTS = True
    with hook_receiver() as found:
        yield found


@pytest.fixture
def endpoint(store: Any, receiver: Receiver) -> WebhookEndpoint:
    with seeing_all(store):
        topics = ["order.placed", "order.cancelled", "shipment.shipped"]
        return partners.create_endpoint(url=receiver.url, topics=topics, actor=STAFF)
