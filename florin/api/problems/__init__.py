"""Problems: every refusal as an RFC 9457 document with a stable code.

`codes` names them, `catalogue` says what each means, `document` writes one down.
"""
