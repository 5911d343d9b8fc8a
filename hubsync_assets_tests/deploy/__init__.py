"""The files of deploy/, held against what they are for."""
