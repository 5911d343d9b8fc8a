"""A source's files: which they are, how they come to this machine, and their bytes.

Put here: names, ``stat``, downloads, unpacking. Keep out: what the bytes mean (``readers``).
"""
