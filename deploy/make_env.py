"""Print a `.env` with fresh secrets for docker-compose.yml: `python3 deploy/make_env.py > .env`."""

import base64
import os
import secrets


def main() -> None:
    token = secrets.token_urlsafe
    values = {
        "SECRET_KEY": token(48),
        "JWT_SECRET": token(48),
        "CREDENTIALS_KEYS": base64.urlsafe_b64encode(os.urandom(32)).decode(),
        "POSTGRES_ADMIN_PASSWORD": token(24),
        "POSTGRES_PASSWORD": token(24),
        "DOCUMENTS_PASSWORD": token(24),
        "DOCUMENTS_KEY": secrets.token_hex(48),
        "VALKEY_PASSWORD": token(24),
        "ADMIN_EMAIL": "admin@polystore.example",
        "ADMIN_PASSWORD": token(12),
        "DEMO_PASSWORD": token(12),
        "PLATFORM_HOSTS": "localhost",
        "STORE_DOMAIN": "localhost",
        "SECURE_SSL_REDIRECT": "false",
        "HTTP_PORT": "8080",
    }
    for name, value in values.items():
        print(f"{name}={value}")  # noqa: T201  this is what it is for


if __name__ == "__main__":
    main()
