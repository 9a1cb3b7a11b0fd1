"""What is raised at the door when a field of a command can never be right, whatever stands in the database."""


class InvalidField(ValueError):
    """A field of a command is malformed or out of bounds; nothing was opened. ``field`` names it, the text says why."""

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(f"{field}: {reason}")
        self.field = field
        self.reason = reason
