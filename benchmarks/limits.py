"""The four limits: bare Django views that do the least the work can possibly take, and the tables they use."""

import hashlib
import hmac
import json
import uuid

from django.db import connections, transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template import engines
from django.urls import path
from django.views.decorators.csrf import csrf_exempt

SECRET = b"bench"
TABLES = """
DROP TABLE IF EXISTS bench_item, bench_hook, bench_order, bench_line, bench_stock;
CREATE TABLE bench_item (id bigint PRIMARY KEY, category int, title text, price int);
CREATE INDEX ON bench_item (category, id);
INSERT INTO bench_item SELECT i, i % 40, 'Item ' || i, 100 + i FROM generate_series(1, 1000) i;
CREATE TABLE bench_hook (id uuid PRIMARY KEY, body text);
CREATE TABLE bench_order (id uuid PRIMARY KEY, total int);
CREATE TABLE bench_line (id uuid PRIMARY KEY, order_id uuid REFERENCES bench_order, sku text, quantity int);
CREATE TABLE bench_stock (sku text PRIMARY KEY, on_hand int CHECK (on_hand >= 0));
INSERT INTO bench_stock SELECT 'SKU-' || i, 1000000 FROM generate_series(0, 999) i;
"""
_LIST = engines["django"].from_string(
    "<ul>{% for id, title, price in rows %}<li><a href='/{{ id }}'>{{ title }}</a> {{ price }}</li>{% endfor %}</ul>"
)


def constant(request: HttpRequest) -> HttpResponse:
    return HttpResponse("ok")


def listing(request: HttpRequest) -> HttpResponse:
    with connections["platform"].cursor() as cursor:
        cursor.execute(
            "SELECT id, title, price FROM bench_item WHERE category = 7 ORDER BY id LIMIT 24"
        )
        return HttpResponse(_LIST.render({"rows": cursor.fetchall()}, request))


@csrf_exempt
def hook(request: HttpRequest) -> HttpResponse:
    given = request.headers.get("X-Signature", "")
    if not hmac.compare_digest(given, sign(request.body)):
        return HttpResponse(status=400)
    with connections["platform"].cursor() as cursor:
        cursor.execute(
            "INSERT INTO bench_hook VALUES (%s, %s)", [uuid.uuid4(), request.body.decode()]
        )
    return HttpResponse("ok")


@csrf_exempt
def order(request: HttpRequest) -> HttpResponse:
    """One transaction: an order, two lines, two conditional stock updates."""
    number = int(json.loads(request.body)["number"])
    key = uuid.uuid4()
    skus = [f"SKU-{number % 1000}", f"SKU-{(number + 1) % 1000}"]
    with transaction.atomic(using="platform"), connections["platform"].cursor() as cursor:
        cursor.execute("INSERT INTO bench_order VALUES (%s, %s)", [key, 100])
        for sku in skus:
            cursor.execute(
                "INSERT INTO bench_line VALUES (%s, %s, %s, 1)", [uuid.uuid4(), key, sku]
            )
        for sku in sorted(skus):
            cursor.execute(
                "UPDATE bench_stock SET on_hand = on_hand - 1 WHERE sku = %s AND on_hand >= 1",
                [sku],
            )
    return JsonResponse({"id": str(key)})


def sign(body: bytes) -> str:
    return hmac.new(SECRET, body, hashlib.sha256).hexdigest()


urlpatterns = [
    path("constant", constant),
    path("list", listing),
    path("hook", hook),
    path("order", order),
]
