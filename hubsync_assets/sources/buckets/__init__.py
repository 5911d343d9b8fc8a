"""Objects in a bucket of S3, Azure or Google: where they are, which there are, and their bytes on this disk.

Start at ``address`` and ``store``. Only this room knows obstore. Keep out: what the bytes mean (``readers``), and which source is a bucket.
"""
