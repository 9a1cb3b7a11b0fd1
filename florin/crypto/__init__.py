"""The secrets: bytes in, bytes out.

The keyring, envelope encryption, the blind index, the derivation and verification of PINs and e-codes, one-time
passwords and signatures. It knows no card and no member, only keys, contexts and bytes.
"""
