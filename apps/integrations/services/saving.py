"""Connecting a store to an outside system: credentials, webhook secrets, pausing."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Annotated

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.translation import gettext

from apps.common.errors import Conflict, InvalidInput
from apps.common.typed_text import Raw, cleans_text
from apps.inbox import services as inbox
from apps.inbox.tasks import publish
from apps.integrations.installed import get_kind
from apps.integrations.kinds import Finding
from apps.integrations.models import Integration
from apps.integrations.selectors import list_secrets, read_saved
from apps.integrations.values import Environment
from apps.platform import services as platform
from apps.platform.auditing import note
from apps.platform.crypto import Sealed
from apps.platform.models import IntegrationConfig, Store
from apps.platform.selectors import get_store
from apps.tenancy.context import current_store
from apps.tenancy.transactions import savepoint_at_home


def add_integration(*, kind: str, environment: str = Environment.PRODUCTION) -> Integration:
    """Connect the store: credentials and a secret follow. Raises `Conflict` in a sandbox, `InvalidInput` for one that is
    there already."""
    _require_live()
    if environment not in get_kind(kind).documents:
        raise InvalidInput(
            fields={"environment": [gettext("This system has no such environment.")]}
        )
    integration = Integration(kind=kind, environment=environment)
    with transaction.atomic():
        try:
            with savepoint_at_home():
                integration.save(force_insert=True)
        except IntegrityError:
            raise InvalidInput(
                fields={"kind": [gettext("The store is connected to it already.")]}
            ) from None
        _config_for_change(integration)
        note("integration.added", integration)
        if environment == Environment.PRODUCTION:
            get_kind(kind).begin()
        refresh_registry()
    return integration


@cleans_text
def save_config(
    *,
    integration: Integration,
    values: Annotated[Mapping[str, str], Raw(why="the kind cleans them")],
) -> None:
    """Seal what the owner entered. A field that is left empty stays as it is. Raises `InvalidInput` by field."""
    _require_live()
    cleaned = get_kind(integration.kind).clean(_with_saved(integration, values))
    with transaction.atomic():
        config = _config_for_change(integration)
        config.config = Sealed({**config.config, **cleaned})
        config.save(update_fields=["config", "updated_at"])
        note("integration.keys_changed", integration)


@cleans_text
def try_config(
    *,
    integration: Integration,
    values: Annotated[Mapping[str, str], Raw(why="the kind cleans them")],
) -> list[Finding]:
    """Try values at the vendor; nothing is saved. Raises as `save_config`."""
    _require_live()
    kind = get_kind(integration.kind)
    config = Sealed(kind.clean(_with_saved(integration, values)))
    return kind.test_connection(config, Environment(integration.environment))


def make_secret(*, integration: Integration) -> str:
    """A new secret for the webhooks, readable this once. The one before it is good for some days more, until the new one
    is entered at the vendor."""
    _require_live()
    overlap = timedelta(hours=settings.WEBHOOK_SECRET_OVERLAP_HOURS)
    with transaction.atomic():
        secret = platform.make_webhook_secret(
            integration=_config_for_change(integration), overlap=overlap
        )
        note("integration.secret_made", integration)
    return secret


def end_old_secrets(*, integration: Integration) -> int:
    """Only the newest secret counts from now on. How many ended."""
    secrets = list_secrets(integration)
    if len(secrets) < 2:
        return 0
    with transaction.atomic():
        ended = platform.end_webhook_secrets(
            integration=_config_for_change(integration), after=timedelta(0), but=secrets[0].pk
        )
        note("integration.old_secrets_ended", integration)
    return ended


def pause_integration(*, integration: Integration) -> None:
    """Nothing is sent to the system; what it sends is kept and waits."""
    _set_active(integration, False)


def resume_integration(*, integration: Integration) -> None:
    """The connection works again, and what came meanwhile is handled."""
    _require_live()
    _set_active(integration, True)


def remove_integration(*, integration: Integration) -> None:
    """Delete credentials and secrets: webhooks are refused from now on. Documents and messages stay."""
    store = _store()
    with transaction.atomic():
        note("integration.removed", integration)
        Integration.objects.filter(pk=integration.pk).delete()
        platform.remove_integration(
            store=store, kind=integration.kind, environment=integration.environment
        )
        refresh_registry()


def refresh_registry() -> None:
    """The registry's list of what the store is connected to follows the store's rows. Repeatable."""
    codes = [each.code for each in Integration.objects.filter(is_active=True)]
    store = _store()
    platform.name_active_integrations(store=store, codes=[] if store.is_sandbox else codes)


def _set_active(integration: Integration, is_active: bool) -> None:
    with transaction.atomic():
        locked = Integration.objects.select_for_update().get(pk=integration.pk)
        if locked.is_active == is_active:
            return
        locked.is_active = is_active
        locked.save(update_fields=["is_active", "updated_at"])
        note("integration.resumed" if is_active else "integration.paused", locked)
        if not current_store().is_sandbox:
            config = _config_for_change(locked)
            config.is_active = is_active
            config.save(update_fields=["is_active", "updated_at"])
        refresh_registry()
        if is_active and inbox.wake_source(locked.code):
            transaction.on_commit(publish, robust=True)
    integration.is_active = is_active


def _config_for_change(integration: Integration) -> IntegrationConfig:
    """Its row of the registry, made where there is none."""
    config, _created = IntegrationConfig.objects.get_or_create(
        store=_store(),
        kind=integration.kind,
        environment=integration.environment,
        defaults={"config": Sealed({}), "is_active": integration.is_active},
    )
    return config


def _with_saved(integration: Integration, values: Mapping[str, str]) -> Mapping[str, str]:
    given = {name: value.strip() for name, value in values.items() if value.strip()}
    return Sealed({**read_saved(integration), **given})


def _store() -> Store:
    return get_store(current_store().id)


def _require_live() -> None:
    if current_store().is_sandbox:
        raise Conflict(gettext("A sandbox calls no outside system, so it has no credentials."))
