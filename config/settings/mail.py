"""Mails: to the SMTP server of `SMTP_HOST`, or as files below `.local/mail` where there is none."""

from email.utils import parseaddr
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

from config.settings.environment import env

SMTP_HOST: str = env("SMTP_HOST", default="")

EMAIL_BACKEND: str = env("EMAIL_BACKEND", default="") or (
    "django.core.mail.backends.smtp.EmailBackend"
    if SMTP_HOST
    else "apps.notifications.mailbox.FolderBackend"
)
EMAIL_FILE_PATH = Path(env("POLYSTORE_LOCAL")) / "mail"
# A page of each store that shows those files. Development settings alone switch it on.
MAILBOX_PAGE = False
DEFAULT_FROM_EMAIL: str = env("DEFAULT_FROM_EMAIL", default="") or "shop@localhost"
# Whom the staff of stores write to about their store
PLATFORM_CONTACT: str = env("PLATFORM_CONTACT", default="") or parseaddr(DEFAULT_FROM_EMAIL)[1]

# Mails to `<store>@` and `<store>+...@` this domain are requests to that store's support desk
INBOUND_MAIL_DOMAIN: str = env("INBOUND_MAIL_DOMAIN", default="").lower()

# starttls: port 587, encrypted after a greeting; tls: port 465, encrypted at once; off: only beside the application
SMTP_TLS: str = (env("SMTP_TLS", default="") or "starttls").lower()
if SMTP_TLS not in ("starttls", "tls", "off"):
    raise ImproperlyConfigured("SMTP_TLS is one of starttls, tls and off.")
EMAIL_USE_TLS = SMTP_TLS == "starttls"
EMAIL_USE_SSL = SMTP_TLS == "tls"
EMAIL_HOST = SMTP_HOST or "localhost"
EMAIL_PORT = int(env("SMTP_PORT", default="") or {"starttls": 587, "tls": 465, "off": 25}[SMTP_TLS])
EMAIL_HOST_USER: str = env("SMTP_USER", default="")
EMAIL_HOST_PASSWORD: str = env("SMTP_PASSWORD", default="")
# A mail is sent in a transaction that holds one row: a server that says nothing must not hold it for long.
EMAIL_TIMEOUT = 10

# Codes by SMS: the address of a service that takes {"to": ..., "text": ...}; without one codes go by e-mail.
SMS_URL: str = env("SMS_URL", default="")
SMS_TOKEN: str = env("SMS_TOKEN", default="")
