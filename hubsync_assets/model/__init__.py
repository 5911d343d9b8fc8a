"""What a contact is, and what follows from it: the fields, their kinds and rules, and the schemas of every table.

Put here: facts that every room needs to agree on. Keep out: anything that reads, writes or computes values; so that every room may
import this one, and it imports none.
"""
