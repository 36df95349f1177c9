"""How fast the site is, as ratios to a bare Flask "hello" measured side by side: ``python -m tests.benchmarks``.

No test asserts a duration: machines differ, and a busy one differs from itself.
"""
