"""The suite: the same services and backends on ports of their own."""

import os
from urllib.parse import urlsplit

from config.settings.base import *  # noqa: F403
from config.settings.base import (
    API_GENEROUS_RATES,
    CACHES,
    DATABASES,
    INSTALLED_APPS,
    LOGGING,
    PLACED_DATABASES,
    STORAGES,
)

DEBUG = False
ALLOW_PRIVATE_DATABASE_HOSTS = True  # the suite's servers are on this machine
ALLOW_PRIVATE_WEB_HOSTS = True
INSTALLED_APPS = [*INSTALLED_APPS, "tests.tenancy.sample"]
PLACED_DATABASES = {**PLACED_DATABASES, "pool_size": 30}  # threads of tests keep what they have
for _alias in ("default", "platform"):
    DATABASES[_alias]["OPTIONS"].pop("pool", None)  # tests count and share connections themselves
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.MD5PasswordHasher"
]  # speed; no real password is here
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
WHITENOISE_AUTOREFRESH = True
WHITENOISE_USE_FINDERS = True  # the browser tests need the styles and scripts as they are
LOGGING["root"]["level"] = "WARNING"
VIES_URL = ""
SIGNUP_OPEN = True
PAGE_VERSION_SECONDS = 0.0  # a test sees its own change with the next request
API_THROTTLE_RATES = API_GENEROUS_RATES
# Every test ends with an empty cache: parallel workers must not empty each other's. The server has 16 databases.
if _worker := os.environ.get("PYTEST_XDIST_WORKER"):
    _number = int(_worker.removeprefix("gw")) % 15 + 1
    for _cache in CACHES.values():
        _cache["LOCATION"] = urlsplit(_cache["LOCATION"])._replace(path=f"/{_number}").geturl()
# Fifty buyers at once are fifty threads of this one process, where a server has many processes with a few threads each.
if os.environ.get("POLYSTORE_TEST_PLACEMENT"):
    PLACED_DATABASES = {**PLACED_DATABASES, "pool_size": 60, "wait_seconds": 20.0}
