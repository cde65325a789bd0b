"""JSON that people type: kept, or an error of the field."""

import pytest
from django.core.exceptions import ValidationError

from apps.backoffice.fields import KeepableJSONField


def test_json_is_read() -> None:
    assert KeepableJSONField().clean('{"a": [1, 2.5, "x", null]}') == {"a": [1, 2.5, "x", None]}


@pytest.mark.parametrize(
    "typed", ["1" * 5000, "NaN", "[Infinity]", '"a\\u0000b"', "[" * 100_000, "{", "\ud800"]
)
def test_what_can_not_be_kept_is_an_error_of_the_field(typed: str) -> None:
    field = KeepableJSONField()
    with pytest.raises(ValidationError):
        field.clean(typed)
    assert str(field.bound_data(typed, None)) is not None
