"""Connection configurations: strings and fields in, checked values out, every mistake named by its field."""

from typing import Any

import pytest

from apps.common.errors import InvalidInput
from apps.placements.kinds import clean_config

SECRET = "hunter2-very-secret"
FIELDS = {"host": "db.example.com", "database": "shop", "user": "tea", "password": SECRET}
CERTIFICATE = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----"


def wrong_fields(kind: str, config: dict[str, Any]) -> dict[str, list[str]]:
    with pytest.raises(InvalidInput) as refused:
        clean_config(kind, config)
    assert SECRET not in f"{refused.value} {refused.value.fields}"
    return refused.value.fields


def test_separate_fields_are_taken_with_tls_by_default() -> None:
    assert clean_config("postgresql", FIELDS) == {**FIELDS, "port": 5432, "sslmode": "require"}


def test_a_certificate_means_verification() -> None:
    cleaned = clean_config("postgresql", {**FIELDS, "caCertificate": CERTIFICATE})
    assert cleaned["sslmode"] == "verify-full"


@pytest.mark.parametrize("scheme", ["postgres", "postgresql"])
def test_a_connection_string_is_the_same_as_its_fields(scheme: str) -> None:
    text = f"{scheme}://tea:{SECRET}@db.example.com:5433/shop?sslmode=verify-full"
    cleaned = clean_config("postgresql", {"connectionString": text})
    assert cleaned == {**FIELDS, "port": 5433, "sslmode": "verify-full"}


def test_percent_encoded_passwords_are_decoded_once() -> None:
    text = "postgresql://tea:p%40ss%2F%23%25w%C3%B6rd%253A@db.example.com/shop"
    assert clean_config("postgresql", {"connectionString": text})["password"] == "p@ss/#%wörd%3A"


def test_the_password_may_stand_beside_the_string() -> None:
    text = "postgresql://tea@db.example.com/shop"
    cleaned = clean_config("postgresql", {"connectionString": text, "password": SECRET})
    assert cleaned["password"] == SECRET


@pytest.mark.parametrize(
    ("string", "says"),
    [
        ("mysql://tea:x@db.example.com/shop", "postgresql://"),
        ("db.example.com", "postgresql://"),
        ("postgresql://tea:[YOUR-PASSWORD]@db.example.com/shop", "YOUR-PASSWORD"),
        ("postgresql://tea:a#b@db.example.com/shop", "Percent-encode"),
        ("postgresql://tea:x@db.example.com/shop#now", "%23"),
        ("postgresql://tea:x@one.example.com,two.example.com/shop", "Give one host"),
        ("postgresql://tea:x@db.example.com:port/shop", "Percent-encode"),
        ("postgresql://tea:x@[::1/shop", "Percent-encode"),
        ("postgresql://tea:x@db.example.com/shop?host=/var/run", "'host'"),
        ("postgresql://tea:x@db.example.com/shop?options=-csearch_path%3Dpublic", "'options'"),
        ("postgresql://tea:x@db.example.com/shop?service=other", "'service'"),
        ("postgresql://tea:x@db.example.com/shop?sslrootcert=/etc/passwd", "'sslrootcert'"),
        ("postgresql://tea:x@db.example.com/shop?pgbouncer=true", "'pgbouncer'"),
    ],
)
def test_a_string_that_is_not_understood_says_why(string: str, says: str) -> None:
    fields = wrong_fields("postgresql", {"connectionString": string})
    assert list(fields) == ["config.connectionString"]
    assert says in fields["config.connectionString"][0]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"host": ""}, "host"),
        ({"user": ""}, "user"),
        ({"password": ""}, "password"),
        ({"database": ""}, "database"),
        ({"host": "/var/run/postgresql"}, "host"),
        ({"host": "one.example.com,two.example.com"}, "host"),
        ({"host": "db.example.com\0.evil"}, "host"),
        ({"host": "@abstract"}, "host"),
        ({"port": "5432;"}, "port"),
        ({"port": 0}, "port"),
        ({"port": 70000}, "port"),
        ({"port": "6543"}, "port"),
        ({"sslmode": "allow"}, "sslmode"),
        ({"caCertificate": "/etc/ssl/cert.pem"}, "caCertificate"),
        ({"password": ["x"]}, "password"),
        ({"password": True}, "password"),
        ({"user": "a\nb"}, "user"),
        ({"user": "a" * 1001}, "user"),
        ({"hostaddr": "127.0.0.1"}, "hostaddr"),
        ({"search_path": "public"}, "search_path"),
    ],
)
def test_every_wrong_field_is_named(change: dict[str, Any], field: str) -> None:
    assert list(wrong_fields("postgresql", {**FIELDS, **change})) == [f"config.{field}"]


def test_a_string_and_fields_at_once_are_refused() -> None:
    config = {"connectionString": "postgresql://tea:x@db.example.com/shop", "host": "other.example"}
    assert list(wrong_fields("postgresql", config)) == ["config.host"]


@pytest.mark.parametrize("kind", ["postgresql", "supabase-database"])
def test_the_transaction_pooler_is_refused_with_the_reason(kind: str) -> None:
    text = "postgresql://postgres.abc:x@aws-0-eu-west-1.pooler.supabase.com:6543/postgres"
    fields = wrong_fields(kind, {"connectionString": text})
    assert "transaction pooler" in fields["config.port"][0]
    assert "5432" in fields["config.port"][0]


def test_supabases_session_pooler_and_direct_connection_are_taken() -> None:
    for text in (
        "postgresql://postgres.abc:p%2Fw@aws-0-eu-west-1.pooler.supabase.com:5432/postgres",
        "postgresql://postgres:p%2Fw@db.abc.supabase.co:5432/postgres",
    ):
        cleaned = clean_config("supabase-database", {"connectionString": text})
        assert (cleaned["password"], cleaned["sslmode"]) == ("p/w", "require")


def test_the_pooler_of_supabase_wants_the_projects_reference() -> None:
    text = "postgresql://postgres:x@aws-0-eu-west-1.pooler.supabase.com/postgres"
    fields = wrong_fields("supabase-database", {"connectionString": text})
    assert fields == {"config.user": ["On the pooler the user is postgres.<project reference>."]}


def test_supabase_is_never_reached_without_tls() -> None:
    text = "postgresql://postgres:x@db.abc.supabase.co/postgres?sslmode=disable"
    assert list(wrong_fields("supabase-database", {"connectionString": text})) == ["config.sslmode"]


def test_a_new_project_needs_token_organization_and_region() -> None:
    config = {"accessToken": SECRET, "region": "ap-south-1", "connectionString": ""}
    assert list(wrong_fields("supabase-database", config)) == ["config.organization"]
    whole = {"accessToken": SECRET, "organization": "acme", "region": "ap-south-1"}
    assert clean_config("supabase-database", {**whole, "host": ""}) == whole
    assert list(wrong_fields("supabase-database", {**whole, "host": "db.example"})) == [
        "config.host"
    ]


def test_the_shared_cluster_takes_nothing() -> None:
    assert clean_config("shared", {}) == {}
    assert list(wrong_fields("shared", FIELDS)) == ["config"]
