"""Keys sort by time, tokens can't be guessed, numbers give nothing away."""

import time

from apps.common.ids import new_id, public_number, random_token


def test_later_keys_sort_later() -> None:
    first = new_id()
    begun = time.time_ns() // 1_000_000
    while time.time_ns() // 1_000_000 == begun:
        continue  # within one millisecond keys are in no order
    assert first < new_id()


def test_keys_are_version_seven() -> None:
    assert new_id().version == 7


def test_tokens_and_numbers_do_not_repeat() -> None:
    assert len({random_token() for _ in range(1000)}) == 1000
    assert len({public_number() for _ in range(1000)}) == 1000
    assert all(len(part) == 4 for part in public_number().split("-"))
