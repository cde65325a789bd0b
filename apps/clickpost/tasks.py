"""The task of ClickPost, found by Celery under this name. It is in the services, because a booking starts it."""

from apps.clickpost.services.sending import send_due_task

__all__ = ["send_due_task"]
