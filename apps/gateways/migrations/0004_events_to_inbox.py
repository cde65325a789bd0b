from django.db import migrations
from django.db.migrations.operations import RunSQL

_STATE = """CASE WHEN handled_at IS NOT NULL THEN 'done' WHEN attempts >= 12 THEN 'dead' ELSE 'waiting' END"""
_POSTGRESQL = f"""
    INSERT INTO inbox_inboxmessage (id, source, topic, "key", subject, body, size, headers, repaired, state, attempts,
        due_at, last_error, effect, received_at, handled_at, forget_at)
    SELECT id, gateway, kind, event_id, charge_ref, convert_to(payload, 'UTF8'), octet_length(payload), '{{}}'::jsonb,
        NULL, {_STATE}, LEAST(attempts, 12), received_at, last_error, '', received_at, handled_at, NULL
    FROM gateways_gatewayevent
"""
_MYSQL = f"""
    INSERT INTO inbox_inboxmessage (id, source, topic, `key`, subject, body, size, headers, repaired, state, attempts,
        due_at, last_error, effect, received_at, handled_at, forget_at)
    SELECT id, gateway, kind, event_id, charge_ref, CAST(payload AS BINARY), LENGTH(payload), '{{}}',
        NULL, {_STATE}, LEAST(attempts, 12), received_at, last_error, '', received_at, handled_at, NULL
    FROM gateways_gatewayevent
"""


class MoveEvents(RunSQL):
    """One statement in the dialect of the database. Replayable, as every `RunSQL`."""

    def __init__(self):
        super().__init__(RunSQL.noop, RunSQL.noop)

    def deconstruct(self):
        return self.__class__.__qualname__, [], {}

    def database_forwards(self, app_label, schema_editor, from_state, to_state):
        sql = _POSTGRESQL if schema_editor.connection.vendor == 'postgresql' else _MYSQL
        self.sql = [sql]
        super().database_forwards(app_label, schema_editor, from_state, to_state)


class Migration(migrations.Migration):
    """Events of gateways are messages of the inbox."""

    dependencies = [('gateways', '0003_customers'), ('inbox', '0002_guard_rows')]

    operations = [
        MoveEvents(),
        migrations.AlterModelOptions(
            name='gatewaycustomer',
            options={'permissions': [('change_gatewaykeys', 'Can change the keys of payment providers')]},
        ),
        migrations.DeleteModel(name='GatewayEvent'),
    ]
