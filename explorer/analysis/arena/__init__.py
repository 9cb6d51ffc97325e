"""Samplers on one target at equal cost: who enters, what all share, one heat, its score, the table.

An `Entry` is a sampler with its parameters and grid, written as a short text. A `heat` runs one
entry with one budget from one seed on a `target`; a `Trail` is what is shown of it and a `Score`
what is measured: `distances` to the data beside their `floor`, and the distance to the exact end of
the `ode`. A `Contest` is the table of all scores over entries, budgets and seeds, played in a
`season`, with a `verdict` on who is best. `memory` says beforehand what a heat takes.
"""
