"""Values that put a mail to the test: everything that can be there is there, long, and in several scripts."""

from typing import Any, Final

from apps.notifications.mail_registry import MailType, ValueType, Variable

_NAME: Final = (
    "शिवानी की हस्तनिर्मित मसाला चाय — குங்குமப்பூ తేనె ಮಲ್ಲಿಗೆ <b>&amp;</b> "
    "Donaudampfschifffahrtsgesellschaftskapitänsteekanne"
)
_RIGHT_TO_LEFT: Final = "مرحبا، شكرا لطلبك (12)"
_AMOUNT: Final = "₹12,34,56,789.00"


def hard_example_of(mail: MailType) -> dict[str, Any]:
    """Like `example_of`, but hard to show."""
    return {one.name: _hard(one) for one in mail.variables}


def _hard(one: Variable) -> Any:
    if one.type is ValueType.FLAG:
        return True
    if one.type is ValueType.NUMBER:
        return 12
    if one.type is ValueType.AMOUNT:
        return _AMOUNT
    if one.type is ValueType.TEXT:
        return f"{_NAME}\n{_RIGHT_TO_LEFT}" if len(str(one.example)) > 20 else _text(one)
    if one.type is ValueType.GROUP:
        return {field.name: _hard(field) for field in one.fields}
    if one.type is ValueType.LIST and one.fields:
        return [{field.name: _hard(field) for field in one.fields}] * 3
    if one.type is ValueType.LIST:
        return [*one.example, _NAME, _RIGHT_TO_LEFT]
    return one.example or f"https://chai.example/{one.name}/"


def _text(one: Variable) -> str:
    """Codes, numbers and choices stay as they are."""
    example = str(one.example)
    if not example or any(letter.isdigit() for letter in example):
        return example or "1234"
    is_choice = example.isidentifier() and example.islower()
    return example if is_choice else f"{example} {_NAME}"
