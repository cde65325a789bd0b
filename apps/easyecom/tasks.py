"""The tasks, found by Celery under this name."""

from apps.easyecom.starting import push_orders, read_changes

__all__ = ["push_orders", "read_changes"]
