"""``python -m hubsync_assets.check``: what is wrong with the declaration, in a terminal.

Put here: the command and what it prints. Keep out: finding faults (``declaring``).
"""
