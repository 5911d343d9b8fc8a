"""``python -m hubsync_assets.explain``: all about one contact, for the person who asks why HubSpot says what it says.

Put here: gathering a contact's story from tables, log and portal, and telling it as text or as a page. Keep out: deciding anything: the
rooms that decided are asked, or what they wrote is read. It holds a contact, so it goes to this terminal, or into a file that is the owner's.
"""
