"""The base of every input: unknown fields are reported, not dropped."""

from typing import Any

from rest_framework import serializers
from rest_framework.fields import empty


class StrictSerializer(serializers.Serializer[Any]):
    """A misspelt optional field is an error with a name, not a silent default.

    For query parameters too: an unknown filter would otherwise return everything.
    """

    def run_validation(self, data: Any = empty) -> Any:
        """PATCH may omit fields of the outermost object; an item of a list must be complete, as with PUT."""
        if self.parent is not None and getattr(self.root, "partial", False):
            is_nothing, nothing = self.validate_empty_values(data)
            return nothing if is_nothing else type(self)(context=self.context).run_validation(data)
        return super().run_validation(data)

    def to_internal_value(self, data: Any) -> Any:
        unknown: dict[str, list[str]] = {}
        if isinstance(data, dict):  # QueryDict is one as well
            writable = {name for name, field in self.fields.items() if not field.read_only}
            unknown = {
                str(name): ["This field is not known here."]
                for name in data
                if name not in writable
            }
        try:
            value = super().to_internal_value(data)
        except serializers.ValidationError as error:
            if unknown and isinstance(error.detail, dict):
                raise serializers.ValidationError({**error.detail, **unknown}) from error
            raise
        if unknown:
            raise serializers.ValidationError(unknown)
        return value


class ErrorDetailSerializer(serializers.Serializer[Any]):
    code = serializers.CharField(help_text="Stable, for programs.")
    message = serializers.CharField(help_text="One sentence for people.")
    details = serializers.DictField(
        help_text="Further details for programs, depending on the code."
    )
    fields = serializers.DictField(  # type: ignore[assignment]
        child=serializers.ListField(child=serializers.CharField()),
        help_text="The errors by dotted paths such as `lines.0.quantity`.",
    )
    request_id = serializers.CharField(help_text="Name it when you ask for help.")


class ErrorSerializer(serializers.Serializer[Any]):
    """The one error format."""

    error = ErrorDetailSerializer()
