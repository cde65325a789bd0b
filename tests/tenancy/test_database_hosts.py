"""A merchant's host name is no way into our network: every spelling of a private address is refused."""

import socket
from typing import Any

import psycopg
import pytest

from apps.tenancy import addresses
from apps.tenancy.errors import HostRefused

PRIVATE = [
    "127.0.0.1", "127.8.9.10", "0.0.0.0", "10.0.0.5", "172.16.3.4", "192.168.1.1", "169.254.169.254", "100.64.0.1",
    "192.0.0.1", "198.18.0.1", "203.0.113.7", "224.0.0.1", "240.0.0.1", "255.255.255.255", "::", "::1", "fe80::1",
    "fc00::1", "fd12:3456::1", "ff02::1", "::ffff:127.0.0.1", "::ffff:10.1.2.3", "::ffff:a9fe:a9fe", "::127.0.0.1",
    "64:ff9b::7f00:1", "64:ff9b::a00:1", "64:ff9b:1::a00:1", "2002:7f00:1::", "2002:a00:1::", "2001:db8::1", "fec0::1",
    "2001:0:4136:e378:8000:63bf:f5ff:fffe", "fe80::1%eth0",
]  # fmt: skip
PUBLIC = ["8.8.8.8", "1.1.1.1", "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808"]


@pytest.fixture
def hosted(settings: Any) -> None:
    settings.ALLOW_PRIVATE_DATABASE_HOSTS = False


@pytest.fixture
def names(monkeypatch: pytest.MonkeyPatch) -> dict[str, list[str]]:
    """A name service of the test's own; what is not in it is resolved for real."""
    known: dict[str, list[str]] = {}
    real = socket.getaddrinfo

    def resolve(host: str, port: int, *args: Any, **kwargs: Any) -> Any:
        if host not in known:
            return real(host, port, *args, **kwargs)
        return [(0, 0, 0, "", (address, port)) for address in known[host]]

    monkeypatch.setattr(addresses.socket, "getaddrinfo", resolve)
    return known


@pytest.mark.parametrize("address", PRIVATE)
def test_an_address_that_is_not_public_is_refused(hosted: None, names: Any, address: str) -> None:
    names["db.example.com"] = [address]
    with pytest.raises(HostRefused) as refused:
        addresses.resolve("db.example.com", 5432)
    assert list(refused.value.fields) == ["config.host"]


@pytest.mark.parametrize("address", PUBLIC)
def test_a_public_address_is_taken(hosted: None, names: Any, address: str) -> None:
    names["db.example.com"] = [address]
    assert addresses.resolve("db.example.com", 5432) == [address]


@pytest.mark.parametrize("host", ["localhost", "2130706433", "0x7f000001", "127.1", "0177.0.0.1"])
def test_other_spellings_of_this_machine_are_refused(hosted: None, host: str) -> None:
    with pytest.raises(HostRefused):
        addresses.resolve(host, 5432)


def test_one_private_address_among_public_ones_is_enough(hosted: None, names: Any) -> None:
    names["db.example.com"] = ["8.8.8.8", "10.0.0.1"]
    with pytest.raises(HostRefused):
        addresses.resolve("db.example.com", 5432)


@pytest.mark.parametrize(
    "host", ["", "/var/run/postgresql", "@abstract", "a,b", "db%2Fx", "a\0b", "nobody.invalid"]
)
def test_sockets_lists_and_unknown_names_are_refused(host: str) -> None:
    with pytest.raises(HostRefused):
        addresses.resolve(host, 5432)


def test_self_hosters_may_use_their_own_network(settings: Any, names: Any) -> None:
    settings.ALLOW_PRIVATE_DATABASE_HOSTS = True
    names["db.internal"] = ["10.0.0.5"]
    assert addresses.resolve("db.internal", 5432) == ["10.0.0.5"]


def test_production_refuses_private_hosts_by_default() -> None:
    from config.settings import base

    assert base.ALLOW_PRIVATE_DATABASE_HOSTS is False


def test_the_address_that_was_judged_is_the_one_connected_to(names: Any) -> None:
    """`host` stays for the certificate, once per address; libpq asks no name service itself."""
    names["db.example.com"] = ["8.8.8.8", "2606:4700::1111"]
    parameters = addresses.pinned({"host": "db.example.com", "port": 5433, "user": "tea"})
    assert parameters == {
        "host": "db.example.com,db.example.com",
        "hostaddr": "8.8.8.8,2606:4700::1111",
        "port": "5433,5433",
        "user": "tea",
    }


@pytest.mark.django_db(transaction=True)
def test_a_name_that_turns_private_later_is_not_connected_to(
    placed_store: Any, settings: Any
) -> None:
    """The store was opened while its host was fine; then its owner points the name into our network."""
    from django.db import OperationalError, connection

    from apps.tenancy.connections import forget_database
    from apps.tenancy.context import use_store

    def ask() -> None:
        """Over a new connection."""
        forget_database(placed_store.active_store.alias)
        with use_store(placed_store), connection.cursor() as cursor:
            cursor.execute("SELECT 1")

    ask()
    settings.ALLOW_PRIVATE_DATABASE_HOSTS = False
    with pytest.raises(OperationalError):
        ask()
    settings.ALLOW_PRIVATE_DATABASE_HOSTS = True
    ask()


def test_a_pool_judges_every_connection_it_opens(hosted: None, names: Any) -> None:
    names["db.example.com"] = ["10.0.0.1"]
    with pytest.raises(psycopg.OperationalError, match="private"):
        addresses.PinnedConnection.connect(host="db.example.com", port="5432")
