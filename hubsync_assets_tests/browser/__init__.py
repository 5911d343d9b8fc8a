"""Tests of what people see and do in Dagster's UI: a real `dagster dev`, daemon, emulator and browser."""
