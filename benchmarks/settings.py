"""The product as in production, without what a laptop can't have: TLS, throttles of strangers."""

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
