"""What the project costs, measured: ``python -m benchmarks`` prints tables, ``docs/benchmarks.md`` keeps them.

Put here: generated data, measuring, and the programs it is compared with. Keep out: what must hold, which the tests say.
"""
