"""`manage.py publish_store`: opens a shop to visitors."""

from apps.operations.management.publishing import PublishingCommand


class Command(PublishingCommand):
    help = "Publish a store: visitors see the shop and can order in it. Its owners get a mail."
    is_published = True
