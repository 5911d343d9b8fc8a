"""``python -m hubsync_assets.doctor``: how an installation stands, on one screen, without touching it.

Put here: the command, its parts, and what each asks. Keep out: mending anything. No part takes a lock, writes into storage or starts a run.
"""
