"""`make run`: embedded services, demo data, errors as visitors see them. `DEBUG=true make run` shows Django's own."""

from config.settings.base import *  # noqa: F403
from config.settings.base import API_GENEROUS_RATES, LOGGING, SMTP_HOST, STORAGES
from config.settings.environment import env

DEBUG = env.bool("DEBUG", default=False)
LOGGING["handlers"]["default"]["formatter"] = "console"
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = True
API_THROTTLE_RATES = API_GENEROUS_RATES
LANDING_LISTS_STORES = True
SIGNUP_OPEN = env.bool("SIGNUP_OPEN", default=True)
MAILBOX_PAGE = not SMTP_HOST
ALLOW_PRIVATE_DATABASE_HOSTS = env.bool("ALLOW_PRIVATE_DATABASE_HOSTS", default=True)
ALLOW_PRIVATE_WEB_HOSTS = env.bool("ALLOW_PRIVATE_WEB_HOSTS", default=True)
