"""The words of a text for search. The index and the query use this one function, so they always agree.

On top of `words_of` (case, accents, nuktas, joiners, digits) it levels what people spell in several ways:

- Hindi and its neighbours: `हिंदी`, `हिन्दी`; `चाँदी`, `चांदी`; `कुर्ता`, `कुरता`; `कॉफ़ी`, `काफी`. A nasal before a
  consonant of its own class is the anusvara; chandrabindu is anusvara; the virama between consonants does not count.
- Bengali: `বাংলা`, `বাঙলা`; a chandrabindu does not count.
- Tamil: the aytham before a letter does not count: `காஃபி`, `காபி`.

Source: Unicode 15, chapter 12 (the Indic blocks are parallel: a sign has the same offset in each).
"""

import re
import unicodedata
from typing import Final

from apps.common.text import words_of

# Longer ones are cut, in the index and in the query.
LONGEST_WORD: Final = 60

# Devanagari, Gurmukhi, Gujarati, Oriya, Telugu, Kannada, Malayalam.
_NASAL_BLOCKS: Final = (0x0900, 0x0A00, 0x0A80, 0x0B00, 0x0C00, 0x0C80, 0x0D00)
_CHANDRABINDU, _ANUSVARA, _VIRAMA = 0x01, 0x02, 0x4D
# The consonants of a class and its nasal, by their offset in a block.
_CLASSES: Final = ((0x15, 0x18, 0x19), (0x1A, 0x1D, 0x1E), (0x1F, 0x22, 0x23), (0x24, 0x27, 0x28), (0x2A, 0x2D, 0x2E))  # fmt: skip
# Scripts in which many leave the virama out.
_LOOSE_BLOCKS: Final = (0x0900, 0x0A80)
_SIGNS: Final = str.maketrans(
    {
        chr(block + _CHANDRABINDU): chr(block + _ANUSVARA)
        for block in _NASAL_BLOCKS
        if unicodedata.category(chr(block + _CHANDRABINDU)) in ("Mn", "Mc")
    }
    # Gurmukhi tippi; the open vowels of English words in Hindi and Gujarati; Bengali chandrabindu; Tamil aytham
    | {"\u0a70": "\u0a02", "\u0911": "\u0906", "\u0949": "\u093e", "\u090d": "\u090f", "\u0945": "\u0947"}
    | {"\u0a91": "\u0a86", "\u0ac9": "\u0abe", "\u0a8d": "\u0a8f", "\u0ac5": "\u0ac7"}
    | {"\u0981": "", "\u0982": "\u0999", "\u0b83": ""}
)  # fmt: skip


def _class_rules() -> list[tuple[re.Pattern[str], str]]:
    rules = []
    for block in _NASAL_BLOCKS:
        pairs = [
            f"{chr(block + nasal)}{chr(block + _VIRAMA)}(?=[{chr(block + first)}-{chr(block + last)}])"
            for first, last, nasal in _CLASSES
        ]
        rules.append((re.compile("|".join(pairs)), chr(block + _ANUSVARA)))
    viramas = "".join(chr(block + _VIRAMA) for block in _LOOSE_BLOCKS)
    # Bengali: the velar nasal with or without its virama
    return [*rules, (re.compile(f"[{viramas}]|(?<=\u0999)\u09cd"), "")]


_RULES: Final = _class_rules()
_INDIC: Final = re.compile("[\u0900-\u0d7f]")


def search_words(text: str) -> list[str]:
    """The words of a text as the search index has them, in their order."""
    return [word for word in map(level, words_of(text)) if word]


def level(word: str) -> str:
    """One folded word in the form that its common spellings share."""
    if not word.isascii() and _INDIC.search(word):
        word = word.translate(_SIGNS)
        for pattern, replacement in _RULES:
            word = pattern.sub(replacement, word)
    return word[:LONGEST_WORD]
