"""The four aliases (see `docs/architecture.md`), caches and sessions.

platform       the master database, schema public
default        the active store's database; with no store active every query on it fails
cluster_<name> further shared clusters of stores, by `SQL_CLUSTERS`; a store is on the one its `region` names
default_replica_<n>  read replicas of `default`, by `REPLICA_DATABASE_URLS`
documents      MongoDB, production documents
documents_dev  MongoDB, documents of the *-dev integrations
"""

from typing import Any

from django.core.exceptions import ImproperlyConfigured

from config.settings.environment import env

_MASTER: dict[str, Any] = env.db_url("DATABASE_URL", engine="django.db.backends.postgresql")
_POOL: dict[str, Any] = {
    "min_size": 1,
    "max_size": env.int("DATABASE_POOL_SIZE", default=10),
    "timeout": 5,
}
_POSTGRESQL: dict[str, Any] = {
    **_MASTER,
    "ATOMIC_REQUESTS": False,  # would open a transaction on every registered store
    "CONN_MAX_AGE": 0,  # the pool keeps connections
    "OPTIONS": {**_MASTER.get("OPTIONS", {}), "pool": _POOL},
}


def _cluster(url: str) -> dict[str, Any]:
    parsed: dict[str, Any] = env.db_url_config(url, engine="apps.tenancy.backend")
    return {**_POSTGRESQL, **parsed, "OPTIONS": {**parsed.get("OPTIONS", {}), "pool": {**_POOL}}}


def _replica(url: str, *, of: str) -> dict[str, Any]:
    """Short timeout, because the primary can answer instead."""
    settings = _cluster(url)
    pool = {**_POOL, "min_size": 0, "timeout": 1}
    options = {"connect_timeout": 2, **settings["OPTIONS"], "pool": pool}
    return {**settings, "OPTIONS": options, "CONN_HEALTH_CHECKS": True, "REPLICA_OF": of}


def _documents(uri: str, name: str, *, pool_size: int) -> dict[str, Any]:
    return {
        "ENGINE": "apps.tenancy.documents",
        "HOST": uri,
        "NAME": name,
        "OPTIONS": {
            "maxPoolSize": pool_size,
            "serverSelectionTimeoutMS": 5000,
            "connectTimeoutMS": 3000,
            "uuidRepresentation": "standard",
            "tz_aware": False,
        },
    }


_MONGODB_URI: str = env("MONGODB_URI")
_MONGODB_POOL_SIZE = env.int("MONGODB_POOL_SIZE", default=50)
MONGODB_DEV_IS_FALLBACK = not env("MONGODB_DEV_URI", default="")

DATABASES: dict[str, dict[str, Any]] = {
    "default": {**_POSTGRESQL, "ENGINE": "apps.tenancy.backend"},
    "platform": {**_POSTGRESQL, "ENGINE": "django.db.backends.postgresql"},
    "documents": _documents(
        _MONGODB_URI, env("MONGODB_NAME", default="polystore"), pool_size=_MONGODB_POOL_SIZE
    ),
    "documents_dev": _documents(
        env("MONGODB_DEV_URI", default="") or _MONGODB_URI,
        env("MONGODB_DEV_NAME", default="polystore_dev"),
        pool_size=env.int("MONGODB_DEV_POOL_SIZE", default=10),
    ),
}
# Further shared clusters: `eu=postgresql://...,in=postgresql://...`. The master's own is called `main`.
SQL_CLUSTERS: dict[str, str] = env.dict("SQL_CLUSTERS", default={})
# Regions with everything: `{"eu": {"sql": "postgresql://...", "documents": "mongodb+srv://...", "files": "/srv/eu"}}`.
# `files` is a folder, or a bucket as in Django's STORAGES: `{"BACKEND": "...", "OPTIONS": {...}}`.
REGIONS: dict[str, dict[str, Any]] = env.json("REGIONS", default={})
SQL_CLUSTERS |= {name: region["sql"] for name, region in REGIONS.items() if "sql" in region}
DATABASES |= {f"cluster_{name}": _cluster(url) for name, url in SQL_CLUSTERS.items()}
DATABASES |= {
    f"documents_{name}": _documents(
        region["documents"],
        env("MONGODB_NAME", default="polystore"),
        pool_size=_MONGODB_POOL_SIZE,
    )
    for name, region in REGIONS.items()
    if "documents" in region
}
if {"dev"} & set(REGIONS):
    raise ImproperlyConfigured(
        "A region can't be called `dev`: `documents_dev` is the development documents."
    )
# Which of them run Citus: there a store's schema is made a distributed one. See `docs/scaling.md`.
CITUS_CLUSTERS: list[str] = env.list("CITUS_CLUSTERS", default=[])
# Streaming replicas of the main cluster, for the reads of pages: `docs/operations.md`.
REPLICA_DATABASE_URLS: list[str] = env.list("REPLICA_DATABASE_URLS", default=[])
REPLICA_MAX_LAG_SECONDS = env.float("REPLICA_MAX_LAG_SECONDS", default=5.0)
REPLICA_STICKY_SECONDS = env.int("REPLICA_STICKY_SECONDS", default=10)
REPLICAS: dict[str, list[str]] = {}  # the alias of a primary -> the aliases of its replicas
for _number, _url in enumerate(REPLICA_DATABASE_URLS):
    DATABASES[f"default_replica_{_number}"] = _replica(_url, of="default")
    REPLICAS.setdefault("default", []).append(f"default_replica_{_number}")
# Hosts of databases that merchants type in: only public addresses, unless you run Polystore for yourself.
ALLOW_PRIVATE_DATABASE_HOSTS = env.bool("ALLOW_PRIVATE_DATABASE_HOSTS", default=False)
# The same of addresses that requests go to.
ALLOW_PRIVATE_WEB_HOSTS = env.bool("ALLOW_PRIVATE_WEB_HOSTS", default=False)
SUPABASE_API_URL: str = env("SUPABASE_API_URL", default="https://api.supabase.com")
SUPABASE_POLL_SECONDS = env.float("SUPABASE_POLL_SECONDS", default=5.0)
SUPABASE_WAIT_SECONDS = env.float("SUPABASE_WAIT_SECONDS", default=600.0)

# Databases of stores elsewhere. Of each process: its connections are at most `databases` x `pool_size`.
PLACED_DATABASES: dict[str, Any] = {
    "databases": env.int("PLACED_DATABASES", default=50),
    "pool_size": env.int("PLACED_POOL_SIZE", default=3),
    "idle_seconds": env.float("PLACED_IDLE_SECONDS", default=60.0),
    "connect_seconds": 2,
    "wait_seconds": 2.0,
    "retry_seconds": env.float("PLACED_RETRY_SECONDS", default=5.0),
}
DATABASE_ROUTERS = ["apps.tenancy.routers.HomeRouter"]

# django-tenants lends us its backend and mixins; its app, middleware and commands are not used.
TENANT_MODEL = "platform.Store"
TENANT_DOMAIN_MODEL = "platform.Domain"
TENANT_LIMIT_SET_CALLS = True
SKIP_PG_EXTRA_VALIDATION = True

_REDIS_URL: str = env("REDIS_URL")


def _cache(server: str, *, backend: str = "SharedCache") -> dict[str, Any]:
    return {
        "BACKEND": f"apps.tenancy.shared_cache.{backend}",
        "LOCATION": server,
        "OPTIONS": {"socket_connect_timeout": 1, "socket_timeout": 1},
        "KEY_PREFIX": env("CACHE_PREFIX", default="polystore"),
        "KEY_FUNCTION": "apps.tenancy.cache_keys.make_cache_key",
        "TIMEOUT": 300,
    }


# What each is for, and what happens while its server is gone: `apps/tenancy/shared_cache.py`. Each may have a server of
# its own: one that evicts is good for pages, and not for the queue of tasks.
CACHES: dict[str, dict[str, Any]] = {
    "default": _cache(_REDIS_URL),
    "pages": _cache(env("PAGES_REDIS_URL", default="") or _REDIS_URL),
    "sessions": _cache(
        env("SESSIONS_REDIS_URL", default="") or _REDIS_URL, backend="SessionCopies"
    ),
    "limits": _cache(env("LIMITS_REDIS_URL", default="") or _REDIS_URL, backend="RateCounters"),
}
SESSION_CACHE_ALIAS = "sessions"

# Rendered pages. A change shows within this time, and the second it takes at most to render the page again.
PAGE_VERSION_SECONDS = 0.4
# How long a page is kept at the most, and how many bytes of pages in the memory of one process.
PAGE_SECONDS = env.int("PAGE_SECONDS", default=300)
PAGE_MEMORY_BYTES = env.int("PAGE_MEMORY_BYTES", default=16 * 1024 * 1024)
