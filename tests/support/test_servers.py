"""The servers that other tests use are what they say."""

import psycopg
import pytest

from tests.support.databases import SERVER
from tests.support.servers import Bouncer, Cluster

pytestmark = pytest.mark.matrix


def test_second_cluster_is_another_server(second_cluster: Cluster) -> None:
    with (
        second_cluster.database() as name,
        psycopg.connect(second_cluster.address_of(name)) as connection,
    ):
        row = connection.execute("SELECT current_database(), inet_server_port()").fetchone()
        assert row == (name, second_cluster.port)
        assert connection.execute("SELECT extensions.similarity('a', 'a')").fetchone() == (1.0,)


@pytest.mark.parametrize("bouncer", ["session_bouncer", "transaction_bouncer"])
def test_bouncer_leads_to_the_server_of_the_suite(
    bouncer: str, request: pytest.FixtureRequest
) -> None:
    found: Bouncer = request.getfixturevalue(bouncer)
    with psycopg.connect(found.address_of(SERVER)) as connection:
        row = connection.execute("SELECT inet_server_port()").fetchone()
    assert row is not None
    assert str(row[0]) in SERVER
