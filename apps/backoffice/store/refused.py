"""A refused form of an order's page keeps its input and shows the reason."""

from collections.abc import Mapping
from dataclasses import dataclass

from apps.common.errors import DomainError


@dataclass(frozen=True)
class Refused:
    """`faults` by the names of the form's fields; what belongs to no field is on top of the page alone."""

    verb: str
    typed: Mapping[str, str]
    faults: Mapping[str, str]

    @classmethod
    def of(cls, verb: str, typed: Mapping[str, str], error: DomainError) -> "Refused":
        """A service names a field by its path (`refund.amount`), a form by the last word of it."""
        faults = {path.rpartition(".")[2]: " ".join(texts) for path, texts in error.fields.items()}
        return cls(verb, typed, faults)

    def is_of(self, verb: str, shipment: object = None) -> bool:
        """Whether this is the form: a parcel's forms name the parcel."""
        return self.verb == verb and self.typed.get("shipment", "") == str(shipment or "")
