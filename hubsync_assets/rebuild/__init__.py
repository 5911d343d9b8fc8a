"""``python -m hubsync_assets.rebuild``: tables that are lost or damaged are made again, from the sync log and the sources.

Put here: what is damaged, and how a table is replaced. Keep out: what tables are made of (``steps``, ``sync_log``), and HubSpot, which is
asked by the next run.
"""
