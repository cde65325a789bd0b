"""With a store come its clock and its calendar; they end with it, in every thread and task by itself."""

import asyncio
import threading
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from django.template import Context, Template
from django.utils import timezone, translation
from django.utils.formats import date_format

from apps.common.habits import regional_locale, spelling_of, text_language_of, zone_of
from apps.tenancy.context import outside_store, use_store
from config.settings.languages import complete_languages

LATE = datetime(2026, 11, 28, 20, 36, tzinfo=UTC)  # the 29th in India


def active() -> tuple[str, str]:
    return timezone.get_current_timezone_name(), translation.get_language()


def test_a_store_brings_its_time_zone_and_takes_it_along(store: Any, other_store: Any) -> None:
    before = active()
    with use_store(store):
        assert active() == ("Asia/Kolkata", "en-in")
        with use_store(replace(other_store.active_store, time_zone="America/Denver")):
            assert active() == ("America/Denver", "en-us")
            with outside_store():
                assert active() == ("UTC", "en")
            assert active() == ("America/Denver", "en-us")
        assert active() == ("Asia/Kolkata", "en-in")
    assert active() == before
    with pytest.raises(ValueError), use_store(store):
        raise ValueError
    assert active() == before


def test_the_platform_has_a_time_zone_of_its_own(store: Any, settings: Any) -> None:
    settings.TIME_ZONE = "Europe/Berlin"
    with use_store(store), outside_store():
        assert active()[0] == "Europe/Berlin"


def test_threads_and_tasks_do_not_see_each_others_clock(store: Any, other_store: Any) -> None:
    stores = {
        "Asia/Kolkata": store.active_store,
        "Asia/Tokyo": replace(other_store.active_store, time_zone="Asia/Tokyo"),
    }
    seen: list[tuple[str, str]] = []
    meeting = threading.Barrier(2, timeout=20)

    def in_thread(name: str) -> None:
        with use_store(stores[name]):
            meeting.wait()
            seen.append((name, active()[0]))
            meeting.wait()

    threads = [threading.Thread(target=in_thread, args=[name]) for name in stores]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    async def in_task(name: str) -> None:
        with use_store(stores[name]):
            await asyncio.sleep(0)
            seen.append((name, active()[0]))

    async def both() -> None:
        await asyncio.gather(*(in_task(name) for name in stores))

    asyncio.run(both())
    assert len(seen) == 4
    assert all(wanted == found for wanted, found in seen)


def test_templates_and_forms_write_the_stores_day(store: Any) -> None:
    page = Template("{{ moment }} | {{ moment|date:'MONTH_DAY_FORMAT' }}")
    with use_store(store):
        assert page.render(Context({"moment": LATE})) == "29 Nov 2026, 2:06 AM | 29 Nov"
        assert date_format(timezone.localdate(LATE)) == "29 Nov 2026"
    american = replace(
        store.active_store, language="en", country="US", time_zone="America/New_York"
    )
    with use_store(american):
        assert page.render(Context({"moment": LATE})) == "Nov 28, 2026, 3:36 PM | Nov 28"
    with use_store(replace(store.active_store, language="ja", country="JP")):
        assert page.render(Context({"moment": LATE})).startswith("2026-11-29 02:06")
    with use_store(replace(store.active_store, language="de", country="DE")):
        assert page.render(Context({"moment": LATE})).startswith("29 Nov 2026, 02:06")


def test_texts_stay_english_whatever_the_language(store: Any) -> None:
    """Django has catalogues where we have none: half a page would change its language."""
    with use_store(replace(store.active_store, language="hi")):
        assert translation.gettext("This field is required.") == "This field is required."


def test_a_complete_catalogue_gives_its_texts_to_every_region_of_its_language(
    store: Any, settings: Any
) -> None:
    settings.LANGUAGES = [("en", "English"), ("hi", "Hindi"), ("pt-br", "Portuguese (Brazil)")]
    texts = {code: text_language_of(code) for code in ("hi", "hi-IN", "pt-BR", "pt", "de", "en-IN")}
    assert texts == {
        "hi": "hi",
        "hi-IN": "hi",
        "pt-BR": "pt-br",
        "pt": "en",
        "de": "en",
        "en-IN": "en",
    }
    with use_store(replace(store.active_store, language="hi")):
        assert translation.gettext("This field is required.") != "This field is required."


def test_a_page_says_the_language_of_its_texts(store: Any) -> None:
    page = Template("{% text_language %} {% text_direction %}")
    with use_store(replace(store.active_store, language="ar", country="AE")):
        assert page.render(Context()) == "en ltr"


def test_only_compiled_catalogues_count(tmp_path: Any) -> None:
    for name in ("de", "pt_BR", "fr"):
        (tmp_path / name / "LC_MESSAGES").mkdir(parents=True)
        (tmp_path / name / "LC_MESSAGES" / "django.po").touch()
    for name in ("de", "pt_BR"):
        (tmp_path / name / "LC_MESSAGES" / "django.mo").touch()
    assert [code for code, _name in complete_languages(tmp_path)] == ["en", "de", "pt-br"]


@pytest.mark.parametrize(
    ("language", "country", "spelling"),
    [
        ("en", "IN", "en-in"),
        ("en", "US", "en-us"),
        ("en-IN", "US", "en-in"),
        ("en", "GB", "en-gb"),
        ("hi", "IN", "en-in"),
        ("ko", "KR", "en-kr"),
        ("ml", "IN", "en-kr"),
        ("de", "AT", "en-gb"),
        ("fr", "CA", "en-gb"),
        ("ar", "AE", "en-in"),
        ("ja", "JP", "en-se"),
        ("pt-br", "BR", "en-gb"),
        ("en", "JP", "en-in"),
        ("xx", "IN", "en-in"),
        ("", "", "en-us"),
    ],
)
def test_dates_are_spelt_as_language_and_country_are_used_to(
    language: str, country: str, spelling: str
) -> None:
    assert spelling_of(language, country) == spelling


def test_a_language_is_as_its_country_uses_it() -> None:
    assert str(regional_locale("en", "IN")) == "en_IN"
    assert str(regional_locale("en", "JP")) == "en_001"
    assert str(regional_locale("hi", "US")) == "hi"


def test_a_zone_that_this_machine_does_not_know_is_utc() -> None:
    assert zone_of("Mars/Olympus") is UTC
    assert zone_of("../../etc/passwd") is UTC
