"""The walk in docs/api.md, run as it stands there: bash and curl against a real server."""

import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from apps.accounts.roles import Role
from apps.inventory.models import StockItem
from apps.orders.models import Order
from tests.api.shop import PASSWORD, make_user
from tests.support.acting import seeing_all

DOCS = Path(__file__).resolve().parent.parent.parent / "docs" / "api.md"


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_the_documented_walk_works(
    throwaway_store: Any, live_server: Any, tmp_path: Path, settings: Any
) -> None:
    curl, bash = shutil.which("curl"), shutil.which("bash")
    assert curl, "curl is needed"
    assert bash, "bash is needed"
    owner = make_user(throwaway_store, Role.OWNER)
    script = "\n".join(re.findall(r"```sh\n(.*?)```", DOCS.read_text(), re.S))
    port = live_server.url.rpartition(":")[2]
    settings.PORT = int(port)
    environment = {
        **os.environ,
        "STORE": f"http://{throwaway_store.slug}.localhost:{port}",
        "EMAIL": owner.email,
        "PASSWORD": PASSWORD,
    }
    ran = subprocess.run(
        [bash, "-euo", "pipefail", "-c", script.replace("/tmp/", f"{tmp_path}/")],
        env=environment,
        capture_output=True,
        text=True,
        timeout=90,
        check=False,
    )
    assert ran.returncode == 0, f"{ran.stdout}\n{ran.stderr}"
    lines = ran.stdout.splitlines()
    assert lines[-3:] == ["EU123456789IN", "delivered", "249.00"], ran.stdout
    with seeing_all(throwaway_store):
        order = Order.objects.get()
        assert (order.payment_state, order.status) == ("paid", "delivered")
        assert sorted(StockItem.objects.values_list("on_hand", flat=True)) == [3]
