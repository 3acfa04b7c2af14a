"""The rows of the help package as frozen records: law, deadlines, contacts, and the answers that tie them together."""

from datetime import date

from ipportal.base import Frozen
from ipportal.base.periods import PartialDate
from ipportal.base.text import Text
from ipportal.data.model.codes import Confidence


class Law(Frozen):
    """One version of a law. What was not seen is None; `articles_checked` says whether its articles may be cited."""

    id: str
    kind: str
    name: Text
    version: Text | None
    short: Text
    number: str | None
    adopted: date | None
    in_force: date | None
    valid_until: date | None
    replaced_by: str | None
    rests_on: str | None
    url: str | None
    link: str
    articles_checked: bool
    source: str
    locator: Text
    confidence: Confidence
    event: str | None
    note: Text | None

    @property
    def title(self) -> Text:
        """The short name with its version, where it has one."""
        version = self.version
        return self.short + Text(f"（{version.zh}）", f" ({version.en})") if version else self.short


class Deadline(Frozen):
    """A time limit: `length` is in `unit`, `direction` is None where it is no period from a day."""

    id: str
    place: str | None
    step: Text
    limit: Text
    length: int | None
    unit: str | None
    direction: str | None
    actor: str
    start: Text | None
    if_missed: Text | None
    law: str
    article: str | None
    valid_from: date | None
    valid_until: date | None
    source: str
    confidence: Confidence
    note: Text | None


class Contact(Frozen):
    """Whom to turn to. `seen_on` is the day of its source, `checked_on` the day somebody tried it."""

    id: str
    kind: str
    name: Text
    purpose: Text
    phone: str | None
    phone_note: Text | None
    address: Text | None
    url: str | None
    hours: Text | None
    questions: str | None
    common: bool
    seen_on: PartialDate | None
    checked_on: date | None
    source: str | None
    locator: Text | None
    confidence: Confidence | None
    note: Text | None


class Path(Frozen):
    """One case and its page; `reader` says on which side the reader stands, `door` whether it has one of its own."""

    id: str
    order: int
    name: Text
    reader: str
    door: str | None
    first_step: Text
    page: str
    reviewed: date


class PathItem(Frozen):
    """An entry of a list on an answer page: what to bring, or what this way will not do. It leaves with its `law`."""

    path: str
    kind: str
    order: int
    text: Text
    law: str | None


class PathLink(Frozen):
    """A service, deadline, law, contact or story of a case; `article` for laws only."""

    path: str
    kind: str
    target: str
    order: int
    article: str | None


class Choice(Frozen):
    """An answer to one of the three questions: right, place or wish."""

    id: str
    question: str
    order: int
    name: Text
    hint: Text | None
    also: str | None


class PathChoice(Frozen):
    """Which right and place lead to which case."""

    right: str
    place: str
    path: str


class WishService(Frozen):
    """A service that comes first for a wish."""

    wish: str
    service: str
    order: int


class ServiceLink(Frozen):
    """A deadline, law or contact of a service."""

    service: str
    kind: str
    target: str
