"""Tests of the buckets room, against stores of their own."""
