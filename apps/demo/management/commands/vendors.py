"""EasyEcom and ClickPost for a demonstration, and the demo shop that is connected to them."""

import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError, CommandParser

from apps.common.management.command import OperatorCommand
from apps.demo.services.vendors import VendorsSilent, connect_vendors
from apps.tenancy.context import system_scope

_SECONDS = 15


class Command(OperatorCommand):
    help = (
        "Two stand-in vendors for a demonstration. `up` runs them until Ctrl-C and connects the demo shop in India; "
        "`connect` connects it to vendors that run, as `make run` does."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("verb", choices=["up", "connect"])

    def work(self, options: dict[str, Any]) -> None:
        if not settings.DEMO_VENDORS_URL:
            raise CommandError("Set DEMO_VENDORS_URL, such as http://127.0.0.1:8090.")
        if options["verb"] == "connect":
            self._connect()
            return
        running = self._start()
        try:
            self._connect()
            running.wait()
        except KeyboardInterrupt:
            pass
        finally:
            running.terminate()
            running.wait()

    def _start(self) -> "subprocess.Popen[bytes]":
        if not (Path(settings.BASE_DIR) / "tests" / "vendors").is_dir():
            raise CommandError("The vendors come with a checkout of Polystore; this is none.")
        port = settings.DEMO_VENDORS_URL.rpartition(":")[2].strip("/")
        return subprocess.Popen(
            [sys.executable, "-m", "tests.vendors", "--port", port], cwd=settings.BASE_DIR
        )

    def _connect(self) -> None:
        deadline = time.monotonic() + _SECONDS
        while True:
            try:
                with system_scope("demo"):
                    store = connect_vendors(office=settings.DEMO_VENDORS_URL)
                break
            except VendorsSilent:
                if time.monotonic() > deadline:
                    raise CommandError(
                        f"The vendors at {settings.DEMO_VENDORS_URL} do not answer."
                    ) from None
                time.sleep(0.2)
        if store is None:
            raise CommandError("There is no demo yet: run `manage.py load_demo` first.")
        self.outcome = {"store": store.slug, "vendors": settings.DEMO_VENDORS_URL}
        self.say(f"{store.name} is connected to the vendors at {settings.DEMO_VENDORS_URL}/.")
