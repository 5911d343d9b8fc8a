"""Today's code on storage that an earlier version left behind."""
