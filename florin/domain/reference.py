r"""The form of a merchant's reference, the same at every door: what one door took, another can be told of.

It begins with a letter or digit, because outcome files and exports repeat it and a spreadsheet would take a text that
begins with ``=``, ``+``, ``-`` or ``@`` for a formula. The pattern ends in ``$(?!\n)`` because Python's ``$`` alone
also matches before a last line feed, which JSON Schema's does not.
"""

from typing import Final

REFERENCE_PATTERN: Final = r"^[A-Za-z0-9][!-~]{0,63}$(?!\n)"
REFERENCE_FORM: Final = "1 to 64 visible ASCII characters that begin with a letter or digit"
