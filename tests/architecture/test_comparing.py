"""What people typed is compared by `apps.common`: `fold`, `fold_code`, `normalize_email`, `clean_host`, `words_of`.

Small letters alone do not make two spellings one: composed and decomposed letters, full-width digits, hosts of another
script. What is put into small letters elsewhere stands below, with the reason why nobody typed it, or who made it clean.
"""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

APPS = Path(__file__).resolve().parents[2] / "apps"
# The door itself.
DOOR = APPS / "common"
_METHODS = frozenset({"lower", "casefold", "swapcase"})
_LOOKUPS = ("__iexact", "__icontains", "__istartswith", "__iendswith")

NOT_TYPED = {
    "archive/bech32.py": "an age key, which is written in one case",
    "archive/file_keys.py": "the prefix of an age key",
    "backoffice/base.py": "the name of a class",
    "backoffice/names.py": "a title of ours, in the middle of a sentence",
    "backoffice/store/gift_cards.py": "four letters of a code that we made, in capitals of ASCII",
    "backoffice/store/searching.py": "a label of ours, in the middle of a sentence",
    "backoffice/store/settings.py": "a label of ours, in the middle of a sentence",
    "clickpost/services/adopting.py": "a waybill: `clean_code` stands in front of what staff type",
    "clickpost/services/deciding.py": "a waybill: `clean_code` stands in front of what staff type",
    "content/models.py": "the extension of a file of ours",
    "demo/shops/chai.py": "tags of the demo",
    "demo/shops/northline.py": "tags of the demo",
    "events/append_only.py": "a word of SQL in the name of a trigger",
    "fulfilment/desk.py": "`Line` and `line_of` stand in front",
    "fulfilment/selectors.py": "the address of an order, which `normalize_email` made clean",
    "gateways/stripe/gateway.py": "the code of a currency",
    "billing/providers/stripe/provider.py": "the code of a currency",
    "inventory/services/counting.py": "`clean_code` stands in front",
    "inventory/api/views.py": "`CodeField` has made the SKU clean",
    "backoffice/store/stock_takes.py": "`clean_code` stands in front",
    "inventory/api/stock_takes.py": "`CodeField` has made the SKU clean",
    "inventory/selectors.py": "`clean_code` stands in front",
    "inventory/services/noticing.py": "`normalize_email` stands in front",
    "invoices/portal/exchange.py": "names in the portal's answers",
    "invoices/portal/nic.py": "hex digits of the portal",
    "invoices/portal/signatures.py": "hex digits of the portal",
    "notifications/bounces.py": "addresses and words of mail servers",
    "notifications/return_paths.py": "base 32 of ours",
    "notifications/services/wording.py": "a tag of a language",
    "notifications/wordings.py": "a tag of a language",
    "notifications/services/delivering.py": "the host of an address that was made clean",
    "orders/buyers.py": "`line_of` and `normalize_email` stand in front",
    "orders/selectors.py": "`clean_code` and `normalize_email` stand in front",
    "payments/models.py": "a label of ours, in the middle of a sentence",
    "payments/webhooks.py": "names of HTTP headers",
    "billing/webhooks.py": "names of HTTP headers",
    "pictures/kinds.py": "the first bytes of a file",
    "diagnostics/database_health.py": "hosts of databases, as drivers know them",
    "platform/models/domains.py": "`clean_host` stands in front of both doors",
    "platform/selectors/stores.py": "`line_of` and `clean_host` stand in front",
    "provisioning/services/short_names.py": "a host made of a slug",
    "provisioning/services/opening.py": "a host made of a slug",
    "tenancy/documents/base.py": "hosts of databases, as drivers know them",
    "placements/release/migration_analysis.py": "names of models",
    "tenancy/mysql/base.py": "lookups by name; what a server says of itself",
    "inbox/headers.py": "names of HTTP headers",
    "integrations/reading.py": "words of other systems that mean nothing",
    "integrations/webhooks.py": "the scheme of an HTTP header",
    "invoices/portal/keys.py": "names of HTTP headers",
    "partners/authentication.py": "the scheme of an HTTP header",
    "placements/configuration.py": "options of a connection",
    "placements/documents_configuration.py": "options of a connection",
    "placements/mysql_preflight.py": "what a server says of itself",
    "placements/postgresql_preflight.py": "what a server says",
    "placements/supabase.py": "the host of a database",
    "remittances/selectors.py": "`clean_code` stands in front",
    "support/api/webhook.py": "the scheme of an HTTP header",
    "support/addresses.py": "addresses with tokens of ours, whose case mail servers may change",
    "support/mail/reading.py": "headers of mails, as other programs write them",
    "support/selectors.py": "`line_of` and `normalize_email` stand in front",
    "tenancy/storage.py": "the name of a folder, in the spelling of a file system without case",
    "tenancy/write_pause/mysql.py": "a word of SQL in the name of a trigger",
    "platform/jobs.py": "the first letter of a sentence of ours",
}


def found_in(source: str) -> Iterator[str]:
    """Calls that put text into small letters, and lookups that ask without case."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Attribute) and node.attr in _METHODS:
            yield ast.unparse(node)
        elif isinstance(node, ast.keyword) and (node.arg or "").endswith(_LOOKUPS):
            yield str(node.arg)
        elif isinstance(node, ast.Constant) and str(node.value).endswith(_LOOKUPS):
            yield str(node.value)


def files() -> dict[str, list[str]]:
    return {
        str(path.relative_to(APPS)): list(found_in(path.read_text()))
        for path in sorted(APPS.rglob("*.py"))
        if DOOR not in path.parents and "migrations" not in path.parts
    }


def test_what_people_typed_is_compared_by_the_door() -> None:
    assert {name: found for name, found in files().items() if found and name not in NOT_TYPED} == {}


def test_the_list_has_nothing_too_much() -> None:
    found = files()
    assert [name for name in NOT_TYPED if not found.get(name)] == []


@pytest.mark.parametrize(
    "source",
    [
        "same = order.email.lower() == email.lower()",
        "names = set(map(str.casefold, names))",
        "rows = Order.objects.filter(email__iexact=typed)",
        "rows = Order.objects.filter(Q(('email__icontains', typed)))",
    ],
)
def test_what_compares_is_found(source: str) -> None:
    assert list(found_in(source))
