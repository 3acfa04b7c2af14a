"""What every room needs and nothing knows of a portal: words in both languages, problems, periods, numbers, addresses,
characters, templates, and putting files in place.

May import no other room. Begin with `text` and `errors`.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, dataclass_transform


@dataclass_transform(frozen_default=True)
class Frozen:
    """What a subclass names becomes the fields of a frozen dataclass: nobody changes one, `replace` makes another."""

    if TYPE_CHECKING:
        __dataclass_fields__: ClassVar[dict[str, Any]]

    def __init_subclass__(cls) -> None:
        """Make it such a dataclass."""
        dataclass(frozen=True)(cls)
