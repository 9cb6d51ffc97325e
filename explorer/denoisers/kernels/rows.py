"""Sums of rows of 32 numbers, held in vector registers.

LLVM does not know that the row being summed lies apart from the table, and would store it after
every addition. Here the sum is a vector value from the start: one load and one addition per row.

numba keeps compiled loops on disk under the text of their own file, which is `walk.py`. That file
holds the digest of this one; a test says when it is out of date.
"""

# ruff: noqa: ARG001, PLR0917 - an intrinsic has the arguments of what it generates

from __future__ import annotations

from functools import partial

from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic

LANES = 32
APART = 8  # sums that grow side by side: less rounding, and none waits for the last one
SPARE, EMPTY, FULL, FIRST = range(4)  # rows of logits with a meaning, and the first one without


@intrinsic
def add_rows(_context, out, row, mother, table, index, start, middle, stop):
    """Write to ``out[row]`` the row ``out[mother]`` plus and minus rows of a table.

    Added are the rows ``index[start:middle]``, removed the rows ``index[middle:stop]``, multiples
    of `APART` in number. The table is float32 (., 32) and so is their sum; ``out`` is float64
    (., 32), ``index`` holds signed integers. All are C-contiguous.
    """
    whole = types.int64
    signature = types.void(out, whole, whole, table, index, whole, whole, whole)

    def generate(context, builder, signature, args):
        single = ir.VectorType(ir.FloatType(), LANES)
        double = ir.VectorType(ir.DoubleType(), LANES)
        word = ir.IntType(64)
        step = ir.Constant(word, APART)
        at = partial(_row, builder)
        rows, terms, places = (
            cgutils.create_struct_proxy(signature.args[k])(context, builder, args[k]).data
            for k in (0, 3, 4)
        )
        zero = ir.Constant(single, None)
        totals = [cgutils.alloca_once_value(builder, zero) for _ in range(APART)]

        def take(k, total, combine):
            n = builder.sext(builder.load(builder.gep(places, [k])), word)
            term = builder.load(at(terms, n, single), align=4)
            builder.store(combine(builder.load(total), term), total)

        for low, high, combine in (
            (args[5], args[6], builder.fadd),
            (args[6], args[7], builder.fsub),
        ):
            with cgutils.for_range_slice(builder, low, high, step, word) as (k, _):
                for i, total in enumerate(totals):
                    take(builder.add(k, ir.Constant(word, i)), total, combine)
        while len(totals) > 1:
            pairs = zip(totals[::2], totals[1::2], strict=True)
            for left, right in pairs:
                builder.store(builder.fadd(builder.load(left), builder.load(right)), left)
            totals = totals[::2]
        # The mother comes last: small terms are not rounded to the digits of a large sum.
        base = builder.load(at(rows, args[2], double), align=8)
        moved = builder.fpext(builder.load(totals[0]), double)
        builder.store(builder.fadd(base, moved), at(rows, args[1], double), align=8)
        return context.get_dummy_value()

    return signature, generate


@intrinsic
def largest_of_row(_context, table, row):
    """Return the largest number of a row; table is C-contiguous float64 (., 32)."""
    signature = types.float64(table, types.int64)

    def generate(context, builder, signature, args):
        data = cgutils.create_struct_proxy(signature.args[0])(context, builder, args[0]).data
        double = ir.VectorType(ir.DoubleType(), LANES)
        values = builder.load(_row(builder, data, args[1], double), align=8)
        width = LANES
        while width > 1:  # the larger of both halves, until one is left
            half = width // 2
            low, high = (_lanes(builder, values, range(i, i + half)) for i in (0, half))
            values = builder.select(builder.fcmp_ordered(">", low, high), low, high)
            width = half
        return builder.extract_element(values, ir.Constant(ir.IntType(32), 0))

    return signature, generate


def _row(builder, pointer, row, vector):
    """Return the place of a row of 32 numbers, as of one vector."""
    place = builder.gep(pointer, [builder.mul(row, ir.Constant(row.type, LANES))])
    return builder.bitcast(place, vector.as_pointer())


def _lanes(builder, values, lanes):
    """Return some lanes of a vector."""
    chosen = ir.Constant(ir.VectorType(ir.IntType(32), len(lanes)), list(lanes))
    return builder.shuffle_vector(values, ir.Constant(values.type, ir.Undefined), chosen)
