"""Aliases of databases: what is made is what is parsed, and foreign names are nothing."""

from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.tenancy.aliases import (
    MAIN,
    SOURCE,
    TARGET,
    Family,
    MoveSide,
    StoreAlias,
    cluster_alias,
    cluster_of,
    documents_alias,
    is_placed,
    move_alias,
    own_alias,
    parse_alias,
    region_of_documents,
    trial_alias,
)
from apps.tenancy.connections import PoolFull, StoreUnreachable

FAMILIES: st.SearchStrategy[Family] = st.sampled_from(("store", "documents"))


@given(FAMILIES, st.uuids(), st.integers(min_value=0, max_value=10**9))
def test_a_version_is_parsed_as_it_was_made(family: Family, store: UUID, version: int) -> None:
    alias = own_alias(family, store, version)
    assert parse_alias(alias) == StoreAlias(family, store, version=version)
    assert is_placed(alias)
    assert region_of_documents(alias) is None


@given(st.uuids(), st.sampled_from([SOURCE, TARGET]), st.uuids())
def test_an_end_of_a_move_is_parsed_as_it_was_made(store: UUID, side: MoveSide, move: UUID) -> None:
    assert parse_alias(move_alias(store, side, move)) == StoreAlias(
        "store", store, side=side, move=move
    )


@given(st.uuids())
def test_a_trial_names_its_store_and_nothing_else(store: UUID) -> None:
    assert parse_alias(trial_alias(store)) == StoreAlias("store", store)
    assert trial_alias(store) != trial_alias(store)


@given(st.text())
def test_foreign_names_are_nothing(name: str) -> None:
    assert parse_alias(name) is None


@pytest.mark.parametrize("name", ["eu", "main_2", "store"])
def test_clusters_and_regions(name: str) -> None:
    assert cluster_of(cluster_alias(name)) == name
    assert region_of_documents(documents_alias(name)) == name
    assert is_placed(cluster_alias(name))
    assert is_placed(documents_alias(name))


@pytest.mark.parametrize(
    "alias", ["default", "platform", "documents", "documents_dev", cluster_alias(MAIN)]
)
def test_the_platforms_own_are_not_placed(alias: str) -> None:
    assert not is_placed(alias)
    assert cluster_of(alias) is None
    assert region_of_documents(alias) is None


@given(FAMILIES, st.uuids(), st.integers(0, 99), st.integers(0, 99))
def test_only_an_earlier_version_of_the_same_database_is_older(
    family: Family, store: UUID, one: int, other: int
) -> None:
    first, second = (parse_alias(own_alias(family, store, version)) for version in (one, other))
    assert first is not None
    assert second is not None
    assert first.is_older_than(second) == (one < other)
    trial = parse_alias(trial_alias(store))
    assert trial is not None
    assert not trial.is_older_than(second)


def test_a_refusal_names_a_stores_database_without_the_id() -> None:
    store_id = uuid4()
    for alias in (own_alias("store", store_id, 3), own_alias("documents", store_id, 1)):
        for refusal in (StoreUnreachable(alias), PoolFull(alias)):
            assert store_id.hex not in str(refusal)
            assert str(refusal).startswith("The store's own database ")
            assert refusal.alias == alias
    assert str(StoreUnreachable("cluster_far")) == "The database cluster_far does not answer."
