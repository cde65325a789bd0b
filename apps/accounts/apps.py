from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """People: users, roles, addresses, sessions, tokens."""

    name = "apps.accounts"
    label = "accounts"
