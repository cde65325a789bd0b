"""What a store that its owner opened begins with: the owner's login, and the starter content of its kind of shop."""

from apps.accounts.logins import give_staff_login
from apps.accounts.roles import Role
from apps.owners.models import StoreRequest
from apps.owners.starters.filling import fill_store
from apps.platform.seeding import seeds
from apps.tenancy.context import ActiveStore, outside_store


@seeds
def seed_store(store: ActiveStore) -> None:
    """Repeatable. Nothing for stores that the platform's staff opened.

    The login has the address of the owner's account and no password: passwords of the platform are never copied into a
    store, whose database can be the owner's own. The owner chooses one from the page of the store.
    """
    with outside_store():
        found = StoreRequest.objects.filter(store_id=store.id).select_related("owner").first()
    if found is None:
        return
    give_staff_login(email=found.owner.email, role=Role.OWNER)
    fill_store(store, found.starter)
