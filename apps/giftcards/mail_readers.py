"""What gift cards say of people whose data is erased."""

from apps.giftcards import services as giftcards
from apps.notifications.readers import reader_erased


@reader_erased
def erase_words_of_cards(email: str) -> None:
    giftcards.erase_cards_of(email=email)
