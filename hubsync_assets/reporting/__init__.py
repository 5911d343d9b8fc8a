"""What a run did, as one page and one table for the people who want to know, and the pieces that pages are made of.

Put here: looking at the tables after a run, words, masks, HTML and CSV. Keep out: Dagster, HTTP, and deciding anything.
"""
