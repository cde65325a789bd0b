"""Names a store may have: its slug, its schema, its hosts. Strict, because they end up in SQL and in DNS."""

import re
import secrets
import string

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

SLUG_PATTERN = r"\A[a-z0-9]+(?:-[a-z0-9]+)*\Z"
SLUG_SENTENCE = _("Lower-case letters, digits and single hyphens, such as tea-house.")
SCHEMA_PATTERN = r"\As_[a-z0-9_]{1,50}\Z"
HOST_PATTERN = (
    r"\A(?=.{1,253}\Z)[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
    r"(?:\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)*\Z"
)
HOST_SENTENCE = _("Letters, digits and hyphens with dots between, such as shop.example.com.")

# Words that are, or may become, hosts of the platform itself.
RESERVED_SLUGS = frozenset(
    [
        "abuse",
        "account",
        "accounts",
        "admin",
        "api",
        "app",
        "apps",
        "assets",
        "auth",
        "autoconfig",
        "autodiscover",
        "billing",
        "blog",
        "cdn",
        "checkout",
        "console",
        "dashboard",
        "default",
        "demo-admin",
        "dev",
        "developer",
        "developers",
        "docs",
        "documents",
        "domain",
        "email",
        "files",
        "ftp",
        "health",
        "help",
        "host",
        "imap",
        "internal",
        "localhost",
        "login",
        "logout",
        "mail",
        "master",
        "media",
        "metrics",
        "monitor",
        "mta-sts",
        "mx",
        "new",
        "ns",
        "ns1",
        "ns2",
        "oauth",
        "payments",
        "platform",
        "polystore",
        "pop",
        "postgres",
        "postmaster",
        "private",
        "public",
        "ready",
        "register",
        "root",
        "secure",
        "security",
        "shop",
        "signup",
        "smtp",
        "ssl",
        "staff",
        "staging",
        "static",
        "status",
        "store",
        "stores",
        "supabase",
        "support",
        "system",
        "template",
        "test-platform",
        "tenant",
        "webhook",
        "webhooks",
        "webmail",
        "wpad",
        "www",
    ]
)


def require_free_word(slug: str) -> None:
    """Refuse words the platform keeps for itself."""
    if slug in RESERVED_SLUGS:
        raise ValidationError(_("This word is reserved. Please choose another."), code="reserved")


def new_schema_name(slug: str) -> str:
    """`s_<slug>_<6 random>`: the slug of a deleted store can be used again without meeting its data."""
    letters = string.ascii_lowercase + string.digits
    tail = "".join(secrets.choice(letters) for _ in range(6))
    return f"s_{slug.replace('-', '_')}_{tail}"


def require_schema_name(name: str) -> str:
    """The name itself, if it is a valid schema name; raises `ValueError` otherwise. Called before the name goes into
    SQL."""
    if not re.match(SCHEMA_PATTERN, name):
        raise ValueError("not the name of a store's schema")
    return name
