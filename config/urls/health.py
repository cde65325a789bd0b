"""Probes: `/health` says the process lives, `/ready` that it can serve."""

from django.urls import path

from apps.diagnostics.probes import health, ready

health_urls = [path("health", health, name="health"), path("ready", ready, name="ready")]
