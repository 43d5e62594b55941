"""Compiled arithmetic on arrays: pure functions, arrays and scalars in, arrays and scalars out.

Each file holds one subject and each function is one rule. Nothing is checked here: `sim` validates. Every result is the
same to the last bit on every host, for any number of threads and any batch size.
"""
