"""What a field of a contact can be: one module a kind, and what all kinds share.

A kind says how text becomes a value (and what does not fit), which dtype the value has, how people read it, how it is written into
HubSpot, and when two texts there are one value. Put here: all of that, as pure functions over values and columns. Keep out: which
fields a contact has (``model``), several records of one contact (``contacts``), files and calls.

A new kind is one module, with a subclass of ``field.Field``, and one line in ``registry``.
"""
