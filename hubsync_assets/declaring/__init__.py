"""Reads ``hubsync.yaml`` and says everything that is wrong with it at once: file, line, key, what is allowed, what may be meant.

Put here: finding the file, its lines, the words for what does not fit, and what is made of the models for people who write one: the JSON
schema and the tables of docs/declare.md. Keep out: what may be declared (``model``, ``kinds``), and what follows from it.

YAML's scalars stay the text that they are written as, and the models make of it what they need: so NO is a country, 012 keeps its 0
and yes is a word. Only null is nothing.
"""
