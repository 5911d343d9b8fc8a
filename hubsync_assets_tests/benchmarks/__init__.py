"""The benchmarks at sizes that cost seconds: they run, they see a fault, and what they check holds."""
