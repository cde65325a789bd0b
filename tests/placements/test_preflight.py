"""The look at a merchant's PostgreSQL: each finding in words, nothing of the credentials in any of them."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg
import pytest
from django.core.management import CommandError, call_command
from psycopg import sql

from apps.placements.report import Level, Report
from apps.provisioning import services as provisioning
from tests.support.databases import SERVER
from tests.support.tls_proxy import tls_front

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def config(empty_database: dict[str, Any]) -> dict[str, Any]:
    return empty_database


def look(config: dict[str, Any], **more: Any) -> Report:
    report = provisioning.check_connection(database_type="postgresql", config=config, **more)
    said = " ".join(finding.sentence for finding in report.findings)
    assert config["password"] not in said
    assert config["user"] not in said
    return report


def level_of(report: Report, check: str) -> Level | None:
    return next((found.level for found in report.findings if found.check == check), None)


def run(config: dict[str, Any], statement: str) -> None:
    address = {"host": config["host"], "port": config["port"], "user": config["user"]}
    with psycopg.connect(
        **address, password=config["password"], dbname=config["database"], autocommit=True
    ) as connection:
        connection.execute(statement)  # type: ignore[arg-type]


def test_an_empty_database_is_good(config: dict[str, Any]) -> None:
    report = look(config)
    assert report.is_good
    assert [finding.check for finding in report.warnings] == ["tls"], "the suite's server has none"
    assert report.latency_ms is not None
    good = {"connection", "version", "rights", "tables", "latency", "pooler"}
    assert good <= {finding.check for finding in report.findings if finding.level is Level.OK}


def test_nothing_is_changed_by_looking(config: dict[str, Any]) -> None:
    look(config)
    with psycopg.connect(
        host=config["host"],
        port=config["port"],
        user=config["user"],
        password=config["password"],
        dbname=config["database"],
    ) as connection:
        rows = connection.execute("SELECT nspname FROM pg_namespace WHERE nspname LIKE 's\\_%'")
        assert rows.fetchall() == []


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"password": "wrong-canary-word"}, "refuses this user and password"),
        ({"user": "nobody_canary"}, "refuses this user and password"),
        ({"database": "nowhere_canary"}, "no database of this name"),
        ({"port": "1"}, "Nothing answers"),
        ({"sslmode": "require"}, "does not speak TLS"),
        ({"host": "nobody.invalid"}, "not known"),
    ],
)
def test_what_goes_wrong_is_said_in_our_words(config: Any, change: Any, words: str) -> None:
    report = look({**config, **change})
    assert [finding.level for finding in report.findings] == [Level.PROBLEM]
    assert words in report.problems[0].text
    assert report.problems[0].advice
    assert "canary" not in report.problems[0].sentence


def test_a_read_only_database_is_refused(config: dict[str, Any]) -> None:
    run(config, f'ALTER DATABASE "{config["database"]}" SET default_transaction_read_only = on')
    assert level_of(look(config), "writable") is Level.PROBLEM


@pytest.fixture
def guest(config: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Somebody who may connect and nothing else."""
    name = config["database"].replace("test_", "guest_")
    run(config, f"CREATE ROLE {name} LOGIN PASSWORD 'guest-canary'")
    yield {**config, "user": name, "password": "guest-canary"}
    run(config, f"DROP ROLE {name}")


def test_a_user_without_rights_is_refused(guest: dict[str, Any]) -> None:
    report = look(guest)
    assert level_of(report, "rights") is Level.PROBLEM
    assert "GRANT CREATE" in report.problems[0].advice


def test_the_platforms_own_database_is_no_place_for_a_store(config: dict[str, Any]) -> None:
    from django.db import connections

    own = connections["platform"].settings_dict["NAME"]
    assert level_of(look({**config, "database": own}), "place") is Level.PROBLEM


def test_tables_of_others_are_told_and_left_alone(config: dict[str, Any]) -> None:
    run(config, "CREATE TABLE orders_order (precious text)")
    report = look(config)
    assert report.is_good
    assert any("1 tables of other programs" in finding.text for finding in report.findings)


@pytest.mark.matrix
def test_a_transaction_pooler_is_found_out_and_a_session_pooler_is_fine(
    transaction_bouncer: Any, session_bouncer: Any, config: dict[str, Any]
) -> None:
    found = look({**config, "host": transaction_bouncer.host, "port": transaction_bouncer.port})
    assert level_of(found, "pooler") is Level.PROBLEM
    fine = look({**config, "host": session_bouncer.host, "port": session_bouncer.port})
    assert level_of(fine, "pooler") is Level.OK


def test_tls_is_seen_verified_and_a_strangers_certificate_refused(
    config: dict[str, Any], tmp_path: Path
) -> None:
    port = urlsplit(SERVER).port
    assert port
    with tls_front(tmp_path, host="127.0.0.1", port=port, name="localhost") as front:
        behind = {**config, "host": "localhost", "port": front.port, "sslmode": "require"}
        unverified = look(behind)
        assert unverified.is_good
        assert level_of(unverified, "tls") is Level.WARNING
        verified = {**behind, "sslmode": "verify-full"}
        trusted = look({**verified, "caCertificate": front.certificate})
        assert level_of(trusted, "tls") is Level.OK
        nothing_to_verify_by = look(verified)
        assert "not signed" in nothing_to_verify_by.problems[0].text
        with tls_front(tmp_path, host="127.0.0.1", port=port, name="other.example") as other:
            stranger = look({**verified, "caCertificate": other.certificate})
            assert "not signed" in stranger.problems[0].text
            named = look({**verified, "port": other.port, "caCertificate": other.certificate})
            assert "another host name" in named.problems[0].text


def test_the_command_prints_a_table_and_fails_on_a_problem(
    config: dict[str, Any], tmp_path: Path, capsys: Any
) -> None:
    path = tmp_path / "config.json"
    path.write_text(json.dumps(config))
    call_command("check_connection", config=str(path))
    shown = capsys.readouterr().out
    assert "No transaction pooler was detected" in shown
    assert config["password"] not in shown
    path.write_text(json.dumps({**config, "password": "wrong-canary-word"}))
    with pytest.raises(SystemExit) as stopped:
        call_command("check_connection", config=str(path))
    assert stopped.value.code == 1
    shown = capsys.readouterr().out
    assert "refuses this user and password" in shown
    assert "canary" not in shown


def test_the_command_takes_a_string_and_names_its_mistakes(tmp_path: Path) -> None:
    path = tmp_path / "config.txt"
    path.write_text("postgresql://tea:canary@db.example.com:6543/shop\n")
    with pytest.raises(CommandError, match="transaction pooler") as refused:
        call_command("check_connection", config=str(path))
    assert "canary" not in str(refused.value)


def test_a_stores_own_database_is_looked_at_by_name(placed_store: Any, capsys: Any) -> None:
    call_command("check_connection", placed_store.slug, json=True)
    findings = json.loads(capsys.readouterr().out)["findings"]
    tables = next(found for found in findings if found["check"] == "tables")
    assert tables["text"].startswith("The store's ")


def test_a_schema_of_another_store_is_refused(config: dict[str, Any], throwaway_store: Any) -> None:
    """The schema's name is the store's, but the mark on it says whose it is."""
    schema = throwaway_store.schema_name
    run(config, f'CREATE SCHEMA "{schema}"')
    run(config, f"COMMENT ON SCHEMA \"{schema}\" IS 'polystore store 0190-somebody-else'")
    report = look(config, store=throwaway_store)
    assert level_of(report, "tables") is Level.PROBLEM
    assert sql.Identifier(schema).as_string() not in report.problems[0].advice
