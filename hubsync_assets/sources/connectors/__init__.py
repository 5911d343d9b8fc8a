"""What a source is: where records come from, and what can be asked of it; a module for each kind of place.

Start at ``source`` and ``registry``. Put here: what ties a place to its readers. Keep out: formats (``readers``), files and downloads
(``files``), SQL (``databases``), and what becomes of records.
"""
