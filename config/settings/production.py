"""Servers. All secrets come from the environment; a missing secret stops the start."""

from config.settings.base import *  # noqa: F403
from config.settings.environment import env

DEBUG = False
BILLING_TEST_PROVIDER = False
PAYMENTS_TEST_GATEWAY = env.bool("PAYMENTS_TEST_GATEWAY", default=False)
SECURE_SSL_REDIRECT = env.bool("SECURE_SSL_REDIRECT", default=True)
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_HSTS_SECONDS = env.int("SECURE_HSTS_SECONDS", default=31_536_000)
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
SECURE_REDIRECT_EXEMPT = [r"^health$", r"^ready$", r"^internal/certificate$"]
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True
