"""How an installation stands, as the command tells it: real processes, servers that hang, files that are damaged."""
