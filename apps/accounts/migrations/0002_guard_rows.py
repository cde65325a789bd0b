from django.db import migrations

from apps.tenancy.row_security import PERSON, guard_rows, hide_rows


class Migration(migrations.Migration):
    """Addresses are their owner's; what staff did is staff's."""

    dependencies = [('accounts', '0001_initial'), ('admin', '0003_logentry_add_action_flag_choices')]

    operations = [
        guard_rows('accounts_address', owned=f'user_id = {PERSON}'),
        hide_rows('django_admin_log'),
        hide_rows('accounts_customernote'),
    ]
