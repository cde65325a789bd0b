"""The environment, read once. What is not set comes from `.local/`, where `make run` keeps generated secrets
and the addresses of the embedded services. Production sets everything and never has a `.local/`."""

import os
from pathlib import Path

import environ

from config.embedded import load_environment

ROOT = Path(__file__).resolve().parent.parent.parent

env = environ.Env()
os.environ.setdefault("POLYSTORE_LOCAL", str(ROOT / ".local"))
load_environment()
