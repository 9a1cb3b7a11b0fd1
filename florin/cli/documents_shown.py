"""The document that a holder shows at the desk, as the options of a command say it."""

from typing import Annotated

import typer

from florin.cli.slips import named
from florin.domain.identity import DocumentKind, Identity

Name = Annotated[str, typer.Option("--name", help="The holder's name, as the document shown says.")]
Number = Annotated[str, typer.Option("--document-number", help="The document's number.")]
Kind = Annotated[DocumentKind, typer.Option("--document-kind", help="What was shown.")]


def document_shown(name: str, kind: DocumentKind, number: str) -> Identity:
    """Whose document it is; `Refusal` when no document can say so."""
    with named("--name, --document-number"):
        return Identity.read(name, kind, number)
