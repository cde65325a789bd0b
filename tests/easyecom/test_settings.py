"""What an owner types as EasyEcom's numbers."""

import pytest

from apps.common.errors import InvalidInput
from apps.easyecom.kind import EasyEcom

ACCOUNT = {"email": "api@shop.example", "password": "p", "api_key": "k", "location_key": "lk1"}


@pytest.mark.parametrize("typed", ["abc", "-3", "1.5", "२"])
def test_a_number_that_is_none_is_refused_by_saying_what_to_type(typed: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        EasyEcom().clean({**ACCOUNT, "marketplace_id": typed})

    assert refused.value.fields == {"marketplace_id": ["Enter a whole number, in digits only."]}
