"""The settlement of merchants over HTTP."""
