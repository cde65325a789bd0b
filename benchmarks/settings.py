"""The product as in production, without what a laptop can't have: TLS, throttles of strangers.

`BENCH_LIMITS=1`: the limits in the product's place. `BENCH_PAGE_CACHE=0`: every page is made for its request.
"""

import os

from config.settings.base import *  # noqa: F403
from config.settings.base import API_GENEROUS_RATES, MIDDLEWARE, STORAGES

DEBUG = False
API_THROTTLE_RATES = API_GENEROUS_RATES
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
WHITENOISE_USE_FINDERS = True
if os.environ.get("BENCH_LIMITS"):
    ROOT_URLCONF = "benchmarks.limits"
    # allauth refuses to load without its own, which does next to nothing
    MIDDLEWARE = [name for name in MIDDLEWARE if name.startswith("allauth.")]
if os.environ.get("BENCH_PAGE_CACHE") == "0":
    MIDDLEWARE = [name for name in MIDDLEWARE if "page_cache" not in name]
