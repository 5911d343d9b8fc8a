"""What ``make run`` and ``make dev`` do: start the emulator, run Dagster, say what happened, stop what was started.

Put here: processes and words for a newcomer. Keep out: anything a deployment needs; production starts Dagster itself.
"""
