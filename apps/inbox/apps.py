from django.apps import AppConfig


class InboxConfig(AppConfig):
    """The inbox: what other systems send, kept as it came, handled by a task, repaired and replayed by staff."""

    name = "apps.inbox"
    label = "inbox"
