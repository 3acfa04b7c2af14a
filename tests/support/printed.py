"""What is on printed sheets: the size of the words."""

from collections import Counter
from io import BytesIO

from pypdf import PdfReader

#: The least size of printed words in points, and the share of them that may be smaller
_LEAST, _SMALLER = 7.95, 0.1


def too_small(pdf: bytes) -> str:
    """How much of what is printed is too small to read; empty when it is readable."""
    found: Counter[float] = Counter()

    def count(text: str, place: list[float], words: list[float], _: object, size: float) -> None:
        scale = (words[0] ** 2 + words[1] ** 2) ** 0.5 * (place[0] ** 2 + place[1] ** 2) ** 0.5
        found[round(abs(size) * scale, 1)] += len("".join(text.split()))

    for sheet in PdfReader(BytesIO(pdf)).pages:
        sheet.extract_text(visitor_text=count)
    small = {size: number for size, number in sorted(found.items()) if size < _LEAST}
    share = sum(small.values()) / (found.total() or 1)
    return f"{share:.0%} of the characters: {small}" if share > _SMALLER or not found.total() else ""
