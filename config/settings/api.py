"""The REST interface under `/api/v1`: REST framework, tokens, limits, OpenAPI, CORS."""

import re
from datetime import timedelta
from typing import Any

from corsheaders.defaults import default_headers

from config.settings.environment import env

_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}


def _duration(name: str, default: str) -> timedelta:
    """`15m`, `14d`, or a plain number of seconds."""
    text = env(name, default=default)
    match = re.fullmatch(r"(\d+)([smhd]?)", text)
    if match is None:
        raise ValueError(f"{name}={text!r} is not a duration such as 15m or 14d")
    return timedelta(**{_UNITS[match[2] or "s"]: int(match[1])})


REST_FRAMEWORK: dict[str, Any] = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "apps.partners.authentication.KeyAuthentication",
        "apps.accounts.api.authentication.TokenAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.AllowAny"],  # scope is in the fetch
    "DEFAULT_RENDERER_CLASSES": ["apps.common.api.rendering.JsonRenderer"],
    "DEFAULT_PARSER_CLASSES": ["apps.common.api.parsers.LimitedJSONParser"],
    "DEFAULT_THROTTLE_CLASSES": [
        "apps.common.api.throttles.AnonymousThrottle",
        "apps.common.api.throttles.UserThrottle",
        "apps.common.api.throttles.KeyThrottle",
    ],
    "DEFAULT_SCHEMA_CLASS": "apps.common.api.schemas.ApiSchema",
    "DEFAULT_METADATA_CLASS": None,
    "EXCEPTION_HANDLER": "apps.common.api.errors.answer_error",
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
    # The number of proxies that add to X-Forwarded-For; with 0 the header is ignored.
    "NUM_PROXIES": env.int("TRUSTED_PROXIES", default=0),
}
ALLAUTH_TRUSTED_PROXY_COUNT: int = REST_FRAMEWORK["NUM_PROXIES"]

# Requests per client and window. Production's default is 100 in 15 minutes for visitors without a login.
API_THROTTLE_RATES: dict[str, str] = {
    "anonymous": env("API_RATE_ANONYMOUS", default="100/15m"),
    "user": env("API_RATE_USER", default="1000/15m"),
    "key": env("API_RATE_KEY", default="600/m"),  # of an API key that has no rate of its own
    "login": env("API_RATE_LOGIN", default="20/15m"),
    "register": env("API_RATE_REGISTER", default="10/h"),
    "refresh": env("API_RATE_REFRESH", default="60/15m"),
    "codes": env("API_RATE_CODES", default="20/15m"),  # coupon codes, at pages, too
    # requests to a store's support desk: per address, from the contact form and the API alike
    "contact": env("API_RATE_CONTACT", default="10/h"),
    "notice": env("NOTICE_RATE", default="10/h"),  # wishes for back-in-stock notices, per address
    # wishes for reminders of carts, per visitor and per e-mail address
    "reminders": env("CART_REMINDER_RATE", default="10/h"),
    "reminders_to": env("CART_REMINDER_RATE_EMAIL", default="3/h"),
    "track": env("TRACKING_RATE", default="20/15m"),
    "track_number": env("TRACKING_RATE_NUMBER", default="20/h"),
    # answers to failed attempts of delivery, per address and per parcel
    "parcel_answers": "60/h",
    "parcel_answers_of": "20/h",
    # checks of postal codes on product pages and by the API
    "postal_codes": env("POSTAL_CODE_RATE", default="60/15m"),
    "test_mails": "20/h",  # of one member of staff
    # links to sign up or for a new password on the platform's host: per visitor and per e-mail address
    "signup": env("SIGNUP_RATE", default="10/h"),
    "signup_to": env("SIGNUP_RATE_EMAIL", default="3/h"),
    "store_address": "120/15m",  # live checks of a new store's address, of one account
    # forms of new stores, of one account
    "store_opening": env("STORE_OPENING_RATE", default="20/h"),
}
# For `make run` and the suite: high enough for a person and a test, low enough to stay a limit.
API_GENEROUS_RATES: dict[str, str] = dict.fromkeys(API_THROTTLE_RATES, "100000/15m")

API_MAX_JSON_BYTES = env.int("API_MAX_JSON_BYTES", default=1024 * 1024)
API_MAX_UPLOAD_BYTES = env.int("API_MAX_UPLOAD_BYTES", default=21 * 1024 * 1024)

SIMPLE_JWT: dict[str, Any] = {
    "SIGNING_KEY": env("JWT_SECRET"),
    "ALGORITHM": "HS256",
    "ACCESS_TOKEN_LIFETIME": _duration("JWT_EXPIRES_IN", "15m"),
    "REFRESH_TOKEN_LIFETIME": _duration("JWT_REFRESH_EXPIRES_IN", "14d"),
    "ROTATE_REFRESH_TOKENS": True,
    "BLACKLIST_AFTER_ROTATION": True,
    "CHECK_REVOKE_TOKEN": True,  # a changed password ends every token
    "UPDATE_LAST_LOGIN": False,
    "USER_ID_FIELD": "id",
    "USER_ID_CLAIM": "sub",
    "AUTH_TOKEN_CLASSES": ("apps.accounts.api.tokens.AccessToken",),
}

SPECTACULAR_SETTINGS: dict[str, Any] = {
    "TITLE": "Polystore API",
    "VERSION": "1",
    "DESCRIPTION": (
        "The API of one store, on the store's own host. Log in at `auth/login` and send the access token as "
        "`Authorization: Bearer ...`; a token of one store is worth nothing at another. Guests keep their cart by "
        "the header `X-Cart-Token`. Writes take an `Idempotency-Key`. Errors have one format, lists have cursors, "
        'money is `{"amount": "499.00", "currency": "INR"}`.'
    ),
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_AUTHENTICATION": [],
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "PREPROCESSING_HOOKS": ["apps.common.api.schemas.only_api"],
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "apps.partners.api.schemas.add_scopes",
    ],
    "COMPONENT_SPLIT_REQUEST": True,
    "ENUM_NAME_OVERRIDES": {
        "ProductStatusEnum": "apps.catalog.documents.ProductStatus",
        "OrderStatusEnum": "apps.orders.states.OrderStatus",
        "OrderPaymentStateEnum": "apps.orders.states.OrderPaymentState",
        "StoreStatusEnum": "apps.platform.states.StoreStatus",
        "JobStatusEnum": "apps.platform.states.JobStatus",
        "TestBankChoiceEnum": ["pay", "decline", "later"],
    },
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "SORT_OPERATIONS": False,
}

PLATFORM_API_DESCRIPTION = (
    "The API of the platform, on the platform's host: open stores and watch them being opened. Log in at `auth/login` as "
    "staff of the platform and send the access token as `Authorization: Bearer ...`. The API of a store is on the "
    "store's own host, under the same path. Writes take an `Idempotency-Key`. Errors have one format."
)

CORS_ALLOW_HEADERS = (
    *default_headers,
    "idempotency-key",
    "if-none-match",
    "x-cart-token",
    "x-order-token",
    "x-request-id",
)
CORS_EXPOSE_HEADERS = (
    "etag",
    "idempotent-replayed",
    "retry-after",
    "x-cart-token",
    "x-ratelimit-limit",
    "x-ratelimit-remaining",
    "x-ratelimit-reset",
    "x-request-id",
)
CORS_PREFLIGHT_MAX_AGE = 3600
