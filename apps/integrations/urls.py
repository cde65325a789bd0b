"""The webhooks of every system that is installed, below `/integrations/`; the same on the store's host and on the
platform's."""

from django.urls import path

from apps.integrations.installed import list_choices, webhook_path
from apps.integrations.values import code_of
from apps.integrations.webhooks import webhook

app_name = "integrations"
urlpatterns = [
    path(
        webhook_path(kind.code, environment, topic).removeprefix("/integrations/"),
        webhook,
        {"kind": kind.code, "environment": environment.value, "topic": topic},
        name=f"{code_of(kind.code, environment)}-{topic}",
    )
    for kind, environment in list_choices()
    for topic in kind.topics
]
