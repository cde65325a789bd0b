"""A release while processes of the previous code still run."""

from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command

from apps.placements.release import template
from apps.platform.errors import TemplateOutdated
from apps.platform.models import StoreTemplate, TemplateStep
from tests.support.releases import ADD_COLUMN, ADD_TABLE

pytestmark = pytest.mark.matrix


def test_what_the_code_of_before_can_t_live_with_is_said(release: Any, db: None) -> None:
    name = release.add(
        'migrations.RemoveField("checkoutfence", "request_key")',
        'migrations.AddField("checkoutfence", "must", models.IntegerField(default=3))',
    )
    release.add(
        ADD_COLUMN,
        ADD_TABLE,
        'migrations.AddField("gift", "wrap", models.IntegerField(default=3))',
    )
    with release.running():
        shown = StringIO()
        call_command("migrate_stores", "--dry-run", stdout=shown)
        assert f"caution checkout.{name} removes checkoutfence" in shown.getvalue()
        template.build_template()
        (step,) = TemplateStep.objects.all()
    assert step.cautions == [
        f"checkout.{name} removes checkoutfence.request_key",
        f"checkout.{name} adds checkoutfence.must, which older code does not fill",
    ]


def test_a_process_of_the_old_code_opens_nothing_while_the_new_one_is_in_force(
    release: Any, store: Any
) -> None:
    release.add(ADD_COLUMN)
    with release.running():
        template.build_template()
    with pytest.raises(TemplateOutdated):
        template.ensure_template()
    # the one whose recording is gone is refused as well: it would record the past as the present
    StoreTemplate.objects.filter(version=template.template_version()).delete()
    with pytest.raises(TemplateOutdated):
        template.ensure_template()
