"""The environment, read once. What is not set comes from `.local/`, where `make run` keeps generated secrets
and the addresses of the embedded services. Production sets everything and never has a `.local/`."""

import os
from pathlib import Path
from typing import Any

import environ
from django.core.exceptions import ImproperlyConfigured

from config.embedded import load_environment

ROOT = Path(__file__).resolve().parent.parent.parent


class Environment(environ.Env):
    """Names the variable whose value can't be read. The value itself may be a secret."""

    def get_value(self, var: str, *args: Any, **options: Any) -> Any:
        try:
            return super().get_value(var, *args, **options)
        except ValueError as error:
            raise ImproperlyConfigured(f"{var} can't be read") from error


env = Environment()
os.environ.setdefault("POLYSTORE_LOCAL", str(ROOT / ".local"))
load_environment()
