"""Every answer of these tests is rendered twice: by the product's renderer and by REST framework's."""

from typing import Any

import pytest
from rest_framework.renderers import JSONRenderer

from apps.common.api.rendering import JsonRenderer, RenderedJson


@pytest.fixture(autouse=True)
def _both_renderers_write_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    render = JsonRenderer.render

    def compared(self: JsonRenderer, data: Any, *rest: Any, **named: Any) -> bytes:
        written = render(self, data, *rest, **named)
        if not isinstance(data, RenderedJson):
            assert written == JSONRenderer().render(data, *rest, **named)
        return written

    monkeypatch.setattr(JsonRenderer, "render", compared)
