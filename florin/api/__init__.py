"""The machines' door: JSON over HTTP.

Routes, callers and scopes, idempotency, paging, and problems as RFC 9457 describes them. It translates and nothing
more: each route calls one verb.
"""
