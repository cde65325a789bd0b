"""Servers of stores behind a proxy that a test can shut."""

from apps.platform import services
from apps.platform.models import Store
from apps.platform.selectors import get_database_config
from apps.tenancy.connections import forget_database, known_databases, register_database
from tests.support.proxy import Proxy
from tests.support.servers import Cluster


def put_behind_a_door(store: Store, doors: list[Proxy]) -> Proxy:
    """The store's own server, reached through a door of the test's."""
    config = get_database_config(store)
    door = Proxy((str(config["host"]), int(config["port"])))
    door.start()
    doors.append(door)
    forget_database(store.active_store.alias)
    services.save_integration(store=store, kind="database", config={**config, "port": door.port})
    store.refresh_from_db()
    return door


def put_cluster_behind_a_door(cluster: Cluster, doors: list[Proxy]) -> Proxy:
    door = Proxy((cluster.host, cluster.port))
    door.start()
    doors.append(door)
    known = known_databases.get("cluster_far")
    assert known is not None
    forget_database("cluster_far")
    register_database("cluster_far", {**known.settings, "PORT": str(door.port)})
    return door
