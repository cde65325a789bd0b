"""A balance never goes below zero, is the sum of its ledger, and every cause is booked once."""

from datetime import timedelta
from functools import partial
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, IntegrityError, transaction

from apps.common.clock import now, today
from apps.common.errors import InvalidInput
from apps.giftcards import services as giftcards
from apps.giftcards.checking import check_balances
from apps.giftcards.codes import make_code, read_code
from apps.giftcards.errors import BalanceTooLow, FormUsedAlready, GiftCardNotUsable, GiftCardUsedUp
from apps.giftcards.models import GiftCard, GiftCardEntry
from apps.giftcards.selectors import find_card
from apps.tenancy.context import current_store, use_store
from tests.giftcards.cards import entries_of, issue, left_on
from tests.support.acting import STAFF, SYSTEM
from tests.support.threads import fails, run_at_once

one_by_one = [pytest.mark.django_db, pytest.mark.usefixtures("in_store", "at_work")]


def spend_once(card_id: Any, cause: str, amount_minor: int = 700) -> None:
    with transaction.atomic():
        card = GiftCard.objects.get(pk=card_id)
        giftcards.spend(
            card, amount_minor=amount_minor, cause=cause, order_number="A", actor=SYSTEM
        )


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("at_work")
def test_complaint_8_a_hundred_spends_at_once_never_overspend_a_gift_card(
    throwaway_store: Any,
) -> None:
    """Gift cards of other shops were spent twice: the balance was read before it was written."""
    with use_store(throwaway_store):
        card, _ = issue(10_000)
        calls = [partial(spend_once, card.pk, f"order-{number}") for number in range(100)]
        refused = [
            fail
            for start in range(0, 100, 20)
            for fail in fails(run_at_once(throwaway_store, calls[start : start + 20]))
        ]
        assert {type(error) for error in refused} == {BalanceTooLow}
        assert len(refused) == 100 - 10_000 // 700
        assert left_on(card) == 10_000 % 700
        assert check_balances() == []

        back = partial(giftcards.give_back, account=card, amount_minor=700, cause="refund")
        assert fails(run_at_once(throwaway_store, [back] * 4)) == []
        assert left_on(card) == 10_000 % 700 + 700
        assert check_balances() == []


class TestOneByOne:
    pytestmark = one_by_one

    def test_no_way_leads_below_zero_and_history_stays(self) -> None:
        card, _ = issue(500)
        with pytest.raises(BalanceTooLow):
            spend_once(card.pk, "too much")
        with pytest.raises(BalanceTooLow, match=r"There is ₹5\.00 on it"):
            giftcards.adjust_card(card=card, amount_minor=-501, reason="Mistake", actor=STAFF)
        with pytest.raises(IntegrityError), transaction.atomic():
            GiftCard.objects.filter(pk=card.pk).update(balance_minor=-1)
        with pytest.raises(DatabaseError), transaction.atomic():
            GiftCardEntry.objects.filter(account=card)._raw_delete("default")
        assert entries_of(card) == [("issued", 500)]

    def test_the_same_cause_books_once(self) -> None:
        first = giftcards.issue_card(amount_minor=500, cause="line-1", actor=SYSTEM)
        again = giftcards.issue_card(amount_minor=500, cause="line-1", actor=SYSTEM)
        assert (again.card, again.code) == (first.card, "")
        for _ in range(2):
            giftcards.adjust_card(
                card=first.card, amount_minor=100, reason="Sorry", actor=STAFF, request_key="k"
            )
            giftcards.give_back(account=first.card, amount_minor=50, cause="refund-1")
        assert entries_of(first.card) == [("issued", 500), ("adjusted", 100), ("given_back", 50)]

    def test_a_used_form_with_other_values_issues_nothing(self) -> None:
        one: dict[str, Any] = {"amount_minor": 500, "actor": STAFF, "cause": "form-a"}
        many: dict[str, Any] = {
            "amount_minor": 500,
            "actor": STAFF,
            "cause": "form-b",
            "count": 3,
            "name": "x",
        }
        giftcards.issue_card(**one)
        cards = [each.card for each in giftcards.issue_batch(**many)]
        assert [each.card for each in giftcards.issue_batch(**many)] == cards
        for call in (
            lambda: giftcards.issue_card(**{**one, "amount_minor": 600}),
            lambda: giftcards.issue_card(**one, recipient_email="a@example.com"),
            lambda: giftcards.issue_batch(**{**many, "cause": "form-a"}),
            lambda: giftcards.issue_batch(**{**many, "count": 2}),
            lambda: giftcards.issue_batch(**{**many, "count": 4}),
            lambda: giftcards.issue_batch(**{**many, "amount_minor": 600}),
            lambda: giftcards.issue_card(**{**one, "cause": "form-b"}),
        ):
            with pytest.raises(FormUsedAlready):
                call()
        assert GiftCard.objects.count() == 4

    def test_the_check_names_a_balance_that_went_past_its_ledger(self) -> None:
        card, _ = issue(500)
        GiftCard.objects.filter(pk=card.pk).update(balance_minor=499)
        said = StringIO()
        with pytest.raises(CommandError):
            call_command("check_ledger", current_store().slug, stdout=said)
        assert f"gift card {card.last_four}: balance_minor is 499, the entries say 500" in (
            said.getvalue()
        )

    def test_an_expired_card_is_booked_and_what_comes_back_can_be_spent(self) -> None:
        card, code = issue(500)
        GiftCard.objects.filter(pk=card.pk).update(expires_on=today() - timedelta(days=1))
        with pytest.raises(BalanceTooLow):
            spend_once(card.pk, "late", 100)
        assert [giftcards.expire_cards(), giftcards.expire_cards()] == [1, 0]
        assert entries_of(card) == [("issued", 500), ("expired", -500)]
        giftcards.give_back(account=card, amount_minor=300, cause="cancelled")
        assert giftcards.expire_cards() == 0
        assert find_card(code).balance_minor == 300


class TestCodes:
    pytestmark = one_by_one

    @pytest.mark.parametrize(
        "typed",
        [
            "{plain}",
            "  {lower} ",
            "{spaced}",
            "{wide}",
            "{code}\u200b",
            "\ufeff{dashes}",
        ],
    )
    def test_a_code_is_found_however_it_is_typed(self, typed: str) -> None:
        card, code = issue()
        plain = code.replace("-", "")
        forms = {
            "code": code,
            "plain": plain,
            "lower": code.lower(),
            "spaced": code.replace("-", "\u00a0"),
            "wide": "".join(chr(ord(letter) + 0xFEE0) for letter in plain),
            "dashes": code.replace("-", "\u2013"),
        }
        assert find_card(typed.format(**forms)) == card

    def test_every_code_that_can_not_be_used_gets_the_same_answer(self) -> None:
        disabled, expired, empty = issue(), issue(), issue()
        giftcards.set_disabled(card=disabled[0], is_disabled=True, actor=STAFF)
        GiftCard.objects.filter(pk=expired[0].pk).update(expires_on=today() - timedelta(days=1))
        spend_once(empty[0].pk, "all", 20_000)
        codes = [disabled[1], expired[1], make_code(), "", "\u200b", "x" * 999]
        said = set()
        for code in codes:
            with pytest.raises(GiftCardNotUsable) as refusal:
                find_card(code)
            said.add((str(refusal.value), str(refusal.value.fields)))
        assert len(said) == 1
        with pytest.raises(GiftCardUsedUp, match="used up"):
            find_card(empty[1])
        with pytest.raises(GiftCardNotUsable) as other:
            find_card(empty[1][:-1] + ("2" if empty[1][-1] != "2" else "3"))
        assert not isinstance(other.value, GiftCardUsedUp)
        giftcards.set_disabled(card=empty[0], is_disabled=True, actor=STAFF)
        with pytest.raises(GiftCardNotUsable) as closed:
            find_card(empty[1])
        assert not isinstance(closed.value, GiftCardUsedUp)

    def test_no_table_has_the_code_once_its_mail_has_left(self) -> None:
        from apps.events.services import relay_outbox
        from apps.notifications.errors import SecretForgotten
        from apps.notifications.models import SentMail
        from apps.notifications.services import send_again

        card, code = issue(recipient_email="asha@example.com", message="Happy birthday")
        mail = SentMail.objects.get(template="gift_card")
        assert code in mail.text
        assert code in mail.html
        assert code not in mail.shown_text
        relay_outbox()
        mail.refresh_from_db()
        assert mail.state == "sent"
        assert code not in f"{mail.text}{mail.html}{mail.secret}"
        with pytest.raises(SecretForgotten):
            send_again(mail=mail, actor=STAFF)
        assert read_code(code) not in str(GiftCard.objects.filter(pk=card.pk).values().get())

        replaced = giftcards.replace_code(card=card, actor=STAFF)
        with pytest.raises(GiftCardNotUsable):
            find_card(code)
        assert find_card(replaced.code) == card

    @pytest.mark.parametrize("amount", [0, -1, 10**12])
    def test_odd_amounts_are_refused(self, amount: int) -> None:
        with pytest.raises(InvalidInput):
            issue(amount)
        with pytest.raises(InvalidInput):
            issue(500, expires_on=now().date() - timedelta(days=2))
