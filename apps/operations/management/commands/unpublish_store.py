"""`manage.py unpublish_store`: closes a shop to visitors."""

from apps.operations.management.publishing import PublishingCommand


class Command(PublishingCommand):
    help = (
        "Unpublish a store: visitors see a page that says the shop opens soon, its staff go on working. Its owners "
        "get a mail."
    )
    is_published = False
