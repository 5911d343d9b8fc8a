-- Runs once, on an empty volume: the sync log beside Dagster's own database (POSTGRES_DB).
CREATE DATABASE hubsync_log;
