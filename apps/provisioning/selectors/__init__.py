"""Reads of openings, and of how far stores are behind the release."""

from apps.provisioning.selectors.jobs import get_job, list_stalled_jobs

__all__ = ["get_job", "list_stalled_jobs"]
