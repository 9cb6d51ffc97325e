"""Samplers on one target at equal cost: who enters, what all share, one heat, its score, the table.

An `Entry` is a sampler with its parameters and grid. A heat runs one entry with one budget from one
seed; a `Trail` is what is shown of it and a `Score` what is measured. A `Contest` is the table of
all scores over entries, budgets and seeds.
"""
