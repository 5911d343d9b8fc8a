"""The whole project: real files, a real Dagster instance, the emulator behind a real socket."""
