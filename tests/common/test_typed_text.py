"""A parameter that says what text it is gets it in its normal form."""

from typing import Annotated

import pytest

from apps.common.errors import InvalidInput
from apps.common.typed_text import Block, Code, Line, Raw, Said, cleans_text, kinds_of


@cleans_text
def note(
    *,
    title: Annotated[str, Line(10, required=True)],
    text: Annotated[str, Block(20)] = "",
    code: Annotated[str | None, Code(5)] = None,
    said: Annotated[str, Said(3)] = "",
    token: Annotated[str, Raw(why="a token")] = "",
) -> tuple[str, str, str | None, str, str]:
    return title, text, code, said, token


def test_each_kind_is_cleaned() -> None:
    cleaned = note(title=" a\u3000b ", text="1\r\n2", code="１－२", said="\x00long", token=" x ")
    assert cleaned == ("a b", "1\n2", "1-2", "lon", " x ")
    assert note(title="a") == ("a", "", None, "", "")


def test_every_wrong_text_is_named_at_once() -> None:
    with pytest.raises(InvalidInput) as refused:
        note(title="\u3000", text="x" * 21, code="a\x00")
    assert refused.value.fields == {
        "title": ["This field is required."],
        "text": ["At most 20 characters."],
        "code": ["This contains control characters."],
    }


def test_a_text_that_could_be_passed_by_place_is_refused() -> None:
    @cleans_text
    def wrong(name: Annotated[str, Line(3)]) -> str:
        return name

    with pytest.raises(TypeError, match="keyword-only"):
        wrong("abc")
    assert set(kinds_of(note)) == {"title", "text", "code", "said", "token"}
