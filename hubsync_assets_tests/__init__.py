"""Tests: one folder a room, names that are sentences."""
