"""HubSpot's endpoints, one idea a module: each is a function of a portal and a request that returns an answer.

Put here: what an endpoint checks, in which order, and what it answers. Keep out: HTTP, faults and limits (``gate``).
"""
