"""The findings of a preflight, with a remedy for each."""

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from django.utils.translation import gettext
from django_stubs_ext import StrOrPromise

PATIENCE_MS: Final = 40.0  # a page needs some twenty queries


class Level(StrEnum):
    """`problem` stops an opening; a `warning` is for the person to decide."""

    OK = "ok"
    WARNING = "warning"
    PROBLEM = "problem"


@dataclass(frozen=True)
class Finding:
    """The result of one check. `check` names it for programs; no text contains a credential."""

    check: str
    level: Level
    text: str
    advice: str = ""

    @property
    def sentence(self) -> str:
        return f"{self.text} {self.advice}".strip()


@dataclass
class Report:
    """All findings, in the order of the checks."""

    findings: list[Finding] = field(default_factory=list)
    latency_ms: float | None = None

    def ok(self, check: str, text: StrOrPromise) -> None:
        self.findings.append(Finding(check, Level.OK, str(text)))

    def warn(self, check: str, text: StrOrPromise, advice: StrOrPromise) -> None:
        self.findings.append(Finding(check, Level.WARNING, str(text), str(advice)))

    def refuse(self, check: str, text: StrOrPromise, advice: StrOrPromise) -> None:
        self.findings.append(Finding(check, Level.PROBLEM, str(text), str(advice)))

    def add(self, other: "Report") -> None:
        """Add the findings of another server, without its latency."""
        self.findings.extend(other.findings)

    def measure(self, ask: Callable[[], object]) -> None:
        """Milliseconds of a round trip, the median of five."""
        times = []
        for _ in range(5):
            start = time.perf_counter()
            ask()
            times.append((time.perf_counter() - start) * 1000)
        self.latency_ms = round(statistics.median(times), 1)
        if self.latency_ms > PATIENCE_MS:
            self.warn(
                "latency",
                gettext("A round trip takes %(latency)s ms; a page needs about twenty.")
                % {"latency": self.latency_ms},
                gettext("Choose a database in the same region as the platform."),
            )
        else:
            self.ok(
                "latency",
                gettext("A round trip takes %(latency)s ms.") % {"latency": self.latency_ms},
            )

    def look_at_tls(self, *, encrypted: bool, mode: str) -> None:
        """The TLS state of the open connection, and the requested `sslmode`."""
        if not encrypted:
            self.warn(
                "tls",
                gettext("The connection is not encrypted."),
                gettext(
                    "Switch TLS on at the server and choose `verify-full` with its CA certificate."
                ),
            )
        elif mode == "verify-full":
            self.ok("tls", gettext("Encrypted, and the server's certificate is verified."))
        else:
            self.warn(
                "tls",
                gettext("Encrypted, but the server's identity is not verified."),
                gettext("Paste the provider's CA certificate to verify the server."),
            )

    @property
    def problems(self) -> list[Finding]:
        return [finding for finding in self.findings if finding.level is Level.PROBLEM]

    @property
    def warnings(self) -> list[Finding]:
        return [finding for finding in self.findings if finding.level is Level.WARNING]

    @property
    def is_good(self) -> bool:
        return not self.problems
