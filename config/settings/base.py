"""Settings of all environments. Nothing here has a default secret: see `config/settings/environment.py`."""

from pathlib import Path

from config.settings.api import *  # noqa: F403  REST framework, JWT, OpenAPI
from config.settings.backoffice import PLATFORM_ADMIN as PLATFORM_ADMIN
from config.settings.backoffice import STORE_ADMIN as STORE_ADMIN
from config.settings.billing import *  # noqa: F403
from config.settings.databases import *  # noqa: F403
from config.settings.environment import env
from config.settings.homes import *  # noqa: F403  which home every app's rows live in
from config.settings.integrations import *  # noqa: F403
from config.settings.languages import complete_languages
from config.settings.logs import LOGGING as LOGGING
from config.settings.mail import *  # noqa: F403
from config.settings.metering import *  # noqa: F403
from config.settings.owners import *  # noqa: F403
from config.settings.searching import *  # noqa: F403
from config.settings.security import *  # noqa: F403
from config.settings.selling import *  # noqa: F403
from config.settings.tasks import *  # noqa: F403

BASE_DIR = Path(__file__).resolve().parent.parent.parent
LOCAL_DIR = Path(env("POLYSTORE_LOCAL"))

SECRET_KEY = env("SECRET_KEY")
CREDENTIALS_KEYS: list[str] = env.list("CREDENTIALS_KEYS")
DEBUG = False
# The platform's front page names the open stores: for a demo, not for strangers.
LANDING_LISTS_STORES = False

# Hosts are checked by `StoreMiddleware`: an unregistered host is answered 404 before any view runs.
ALLOWED_HOSTS = ["*"]
PLATFORM_HOSTS: list[str] = env.list("PLATFORM_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
# Every store gets `<slug>.<STORE_DOMAIN>`; custom domains are rows of `Domain`.
STORE_DOMAIN = env("STORE_DOMAIN", default="localhost")
# Where hosts of merchants are to point: names and addresses of the proxy before this installation.
DOMAIN_TARGETS: list[str] = env.list("DOMAIN_TARGETS", default=[])
# The resolvers that are asked for their records; without, those of the system.
DNS_SERVERS: list[str] = env.list("DNS_SERVERS", default=[])
PORT = env.int("PORT", default=8000)
# The public port in URLs, if a proxy makes it different from `PORT` or, with TLS, from 443.
PUBLIC_PORT = env.int("PUBLIC_PORT", default=0)

MIDDLEWARE = [
    "apps.platform.middleware.EmptyPortMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "apps.platform.middleware.TransportSecurityMiddleware",
    "apps.platform.middleware.RequestIdMiddleware",
    "apps.storefront.middleware.PrivatePagesMiddleware",
    "apps.common.api.middleware.ApiErrorsMiddleware",
    "apps.common.bodies.RefusedBodiesMiddleware",
    "apps.storefront.page_cache.hits.PageHitsMiddleware",
    "apps.platform.middleware.StoreMiddleware",
    "apps.metering.middleware.MeteringMiddleware",
    "apps.storefront.page_cache.middleware.PageCacheMiddleware",
    "apps.tenancy.replicas.middleware.ReplicaMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "apps.common.api.cors.CorsMiddleware",
    "csp.middleware.CSPMiddleware",
    "apps.tenancy.sessions.StoreSessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "apps.storefront.middleware.OptionsMiddleware",
    "apps.storefront.middleware.UnreadableFormsMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "apps.accounts.middleware.ActingMiddleware",
    "apps.accounts.visiting.middleware.VisitMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "apps.storefront.middleware.PageErrorsMiddleware",
    "apps.tenancy.write_pause.middleware.WritePauseMiddleware",
]

ROOT_URLCONF = "config.urls.platform"
STORE_URLCONF = "config.urls.store"
WSGI_APPLICATION = "config.wsgi.application"
ASGI_APPLICATION = "config.asgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "apps.storefront.context.store",
                "apps.owners.context.entrance",
            ],
            # `translate` and `blocktranslate` without a `load` in every template.
            "builtins": ["django.templatetags.i18n", "apps.common.templatetags.texts"],
        },
    },
]

AUTH_USER_MODEL = "accounts.User"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

LANGUAGE_CODE = "en"
LOCALE_PATHS = [BASE_DIR / "locale"]
# Texts: English, and what is whole in `locale/`. Dates and amounts know many more languages.
LANGUAGES = complete_languages(LOCALE_PATHS[0])
# The platform's. Every store has one of its own, active wherever the store is.
TIME_ZONE = env("TIME_ZONE", default="UTC")
FORMAT_MODULE_PATH = "config.formats"
USE_I18N = True
USE_TZ = True

STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "staticfiles"
STATICFILES_DIRS = [BASE_DIR / "static"]
MEDIA_ROOT = Path(env("MEDIA_ROOT", default=str(LOCAL_DIR / "media")))

# Where the exports of stores that are to be deleted go. `manage.py backup_*` have an option for it.
BACKUP_DIR = Path(env("BACKUP_DIR", default=str(LOCAL_DIR / "backups")))
# Days after which a deletion can be confirmed without typing the store's name.
STORE_DELETION_DAYS = env.int("STORE_DELETION_DAYS", default=7)
MEDIA_URL = "/media/"
STORAGES = {
    "default": {"BACKEND": "apps.tenancy.storage.StoreFileStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
