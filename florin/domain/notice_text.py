"""The text of a notice, before anything is filled in."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Template:
    """A text with places for values. Mail has a subject, and may have the body in HTML too."""

    body: str
    subject: str | None = None
    html: str | None = None
