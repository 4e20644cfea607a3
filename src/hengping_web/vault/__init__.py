"""Secrets at rest: the site's keys, the ciphers behind one interface, envelopes, keyed digests and signatures."""
