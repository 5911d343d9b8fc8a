"""A first day on a portal that people have used for years: every finding of it, with the right end."""
