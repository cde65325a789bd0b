"""`make run`: embedded services, demo data, readable errors."""

from config.settings.base import *  # noqa: F403
from config.settings.base import API_GENEROUS_RATES, LOGGING, STORAGES
from config.settings.environment import env

DEBUG = env.bool("DEBUG", default=True)
LOGGING["handlers"]["default"]["formatter"] = "console"
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = DEBUG
API_THROTTLE_RATES = API_GENEROUS_RATES
ALLOW_PRIVATE_DATABASE_HOSTS = env.bool("ALLOW_PRIVATE_DATABASE_HOSTS", default=True)
