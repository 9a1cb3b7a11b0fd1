"""What we do: the use cases, one verb a file.

Each verb gathers the facts through storage, asks the domain, and has the answer written: issue, activate, load,
purchase, refund, hold, capture, release, void, reverse, block and the rest. A business refusal is a returned value.
"""
