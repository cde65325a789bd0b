"""`manage.py provision_store`: opens a store, or resumes a stopped opening, and shows the progress."""

import json
import time
from io import StringIO
from typing import Any, Final

from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.core.management.base import CommandError, CommandParser
from django.utils.translation import gettext

from apps.common.addresses import region_key
from apps.common.errors import Conflict
from apps.common.habits import text_language_of
from apps.common.management.command import OperatorCommand
from apps.common.management.console import Watcher
from apps.common.places import locale_of
from apps.common.text import fold
from apps.common.web import clean_host
from apps.placements.kinds import placement_of
from apps.platform import selectors
from apps.platform.errors import JobBusy, StoreNotFound
from apps.platform.localities import STATE_NEEDED
from apps.platform.models import ProvisioningJob, Store
from apps.platform.states import JobStatus, StoreStatus
from apps.provisioning import services as provisioning
from apps.provisioning.management.opening_options import add_opening, opening_of, require_email
from apps.tenancy.aliases import MAIN
from apps.tenancy.context import use_store

POLL_SECONDS: Final = 0.3


class Command(OperatorCommand):
    help = "Open a store and wait until it is active. An existing store's job is continued."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("slug", help="Short name; part of the store's address.")
        parser.add_argument("--currency", default="", help="Default: INR.")
        parser.add_argument("--country", default="", help="Default: IN.")
        parser.add_argument(
            "--state", default="", help="It sells from: KA or Karnataka. India's taxes need it."
        )
        parser.add_argument(
            "--language",
            default="",
            help="Of dates and amounts; texts only where translated. Default: the country's.",
        )
        parser.add_argument("--time-zone", default="", help="Default: the country's.")
        parser.add_argument(
            "--owner-email",
            metavar="EMAIL",
            default="",
            help="Create the owner's login and a link to choose a password; the link is printed, and mailed with --mail.",
        )
        parser.add_argument("--mail", action="store_true", help="Mail the link to the owner.")
        add_opening(parser)

    def work(self, options: dict[str, Any]) -> None:
        started = time.monotonic()
        if options["owner_email"]:
            require_email(options["owner_email"])
        job = self._get_or_open(options)
        is_new = job.status != JobStatus.SUCCEEDED
        with self.watching(job.store.slug) as watcher:
            job = _run(job, watcher)
        if job.status != JobStatus.SUCCEEDED:
            raise CommandError(f"{job.store.slug}: {job.error}")
        store, seconds = job.store, time.monotonic() - started
        url, lacks = selectors.store_url(store), [*placement_of(store).missing_guards()]
        if store.country in STATE_NEEDED and not store.home_region:
            lacks.append(
                "the state it sells from. It takes no orders before its tax settings say so."
            )
        self.outcome = {"id": str(store.pk), "slug": store.slug, "url": url, "lacks": lacks}
        self.outcome |= {"tables": job.total_tables, "seconds": round(seconds, 3)}
        self.outcome |= {"is_new": is_new, "status": store.status}
        if is_new:
            self.say(
                f"[green]{store.name} is open[/]: {url} ({job.total_tables} tables, {seconds:.1f} s)"
            )
        else:
            state = "open" if store.status == StoreStatus.ACTIVE else store.get_status_display()
            self.say(f"[green]{store.name} existed already and is {state}[/]: {url}")
        self._say_language(store)
        for sentence in lacks:
            self.say(f"[yellow]It lacks[/]: {sentence}")
        self._make_owner(store, options)

    def _say_language(self, store: Store) -> None:
        texts = text_language_of(store.language)
        self.outcome["text_language"] = texts
        spoken = locale_of(store.language)
        if spoken.language != locale_of(texts).language:
            self.say(
                f"Only dates and amounts follow its language ({spoken.english_name}): its texts are English, because "
                "this Polystore has no complete translation into it."
            )

    def _make_owner(self, store: Store, options: dict[str, Any]) -> None:
        """Calls the command `create_login`, because `accounts` is above this app."""
        if not options["owner_email"]:
            if not _has_login(store):
                self.say(
                    f"Its admin has no login yet. Create one: manage.py create_login {store.slug} EMAIL --role owner"
                )
            return
        made = StringIO()
        call_command(
            "create_login",
            store.slug,
            options["owner_email"],
            role="owner",
            mail=options["mail"],
            json=True,
            stdout=made,
        )
        self.outcome["login"] = login = json.loads(made.getvalue())
        self.say(
            f"Its owner {login['email']} chooses a password here, once, within {login['valid_days']} days:"
        )
        self.say(login["link"])

    def _get_or_open(self, options: dict[str, Any]) -> ProvisioningJob:
        opening, slug = opening_of(options), options["slug"]
        try:
            store = selectors.get_store(slug)
        except StoreNotFound:
            opening["name"] = opening["name"] or slug.replace("-", " ").title()
            opening["region"] = opening["region"] or MAIN
            return provisioning.open_store(
                slug=slug,
                currency=options["currency"].upper() or "INR",
                country=options["country"].upper() or "IN",
                language=options["language"],
                state=options["state"],
                time_zone=options["time_zone"],
                start=False,
                **opening,
            )
        _require_same(store, options)
        return provisioning.request_provisioning(
            store=store,
            database_type=opening["database_type"],
            config=opening["config"],
            start=False,
        )


def _has_login(store: Store) -> bool:
    with use_store(store):
        return bool(get_user_model().objects.filter(is_staff=True, is_active=True).exists())


def _require_same(store: Store, options: dict[str, Any]) -> None:
    """Raise instead of ignoring an option: an existing store keeps the values it was opened with."""
    has = {
        "name": store.name,
        "currency": store.currency,
        "country": store.country,
        "language": store.language,
        "time_zone": store.time_zone,
        "state": store.home_region,
        "region": store.region,
        "plan": store.plan.code,
    }
    for option, value in has.items():
        wanted = options[option]
        if option == "state" and wanted:
            wanted = region_key(store.country, wanted)
        if wanted and fold(wanted) != fold(value):
            words = option.replace("_", " ")
            raise Conflict(
                gettext(
                    "The store %(slug)s exists, and its %(words)s is %(value)s, not %(wanted)s. Leave "
                    "--%(value_2)s out to go on with it."
                )
                % {
                    "slug": f"{store.slug!r}",
                    "words": words,
                    "value": value,
                    "wanted": wanted,
                    "value_2": words.replace(" ", "-"),
                }
            )
    host = clean_host(options["host"])
    if host and not store.domains.filter(domain=host).exists():
        raise Conflict(
            gettext(
                "The store %(slug)s exists and does not have the host %(value)s. Leave --host out to "
                "go on with it."
            )
            % {"slug": f"{store.slug!r}", "value": options["host"]}
        )


def _run(job: ProvisioningJob, watcher: Watcher) -> ProvisioningJob:
    """Do the work here, or watch the worker that has begun it."""
    while True:
        try:
            done = provisioning.run_provisioning(job, watcher)
        except JobBusy:
            job.refresh_from_db()
            watcher(job.progress / 100, job.message)
            time.sleep(POLL_SECONDS)
            continue
        watcher(done.progress / 100, done.message)
        return done
