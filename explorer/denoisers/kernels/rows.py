"""Sums of rows of 32 numbers, held in vector registers.

LLVM does not know that the row being summed lies apart from the table, and would store it after
every addition. Here the sum is a vector value from the start: one load and one addition per row.
"""

# ruff: noqa: ARG001, PLR0917 - an intrinsic has the arguments of what it generates

from __future__ import annotations

from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic

LANES = 32


@intrinsic
def add_rows(_context, out, row, base, base_row, table, index, start, middle, stop):
    """Write to ``out[row]`` the row ``base[base_row]`` plus and minus rows of a table.

    Added are the rows ``index[start:middle]``, removed the rows ``index[middle:stop]``.

    ``out``, ``base`` and ``table`` are C-contiguous float32 (., 32); ``index`` holds int32.
    """
    whole = types.int64
    signature = types.void(out, whole, base, whole, table, index, whole, whole, whole)

    def generate(context, builder, signature, args):
        vector = ir.VectorType(ir.FloatType(), LANES)
        word = ir.IntType(64)

        def data(k):
            return cgutils.create_struct_proxy(signature.args[k])(context, builder, args[k]).data

        def at(pointer, row):
            place = builder.gep(pointer, [builder.mul(row, ir.Constant(word, LANES))])
            return builder.bitcast(place, vector.as_pointer())

        total = cgutils.alloca_once(builder, vector)
        builder.store(builder.load(at(data(2), args[3]), align=4), total)
        terms, places, one = data(4), data(5), ir.Constant(word, 1)
        spans = ((args[6], args[7], builder.fadd), (args[7], args[8], builder.fsub))
        for low, high, combine in spans:
            with cgutils.for_range_slice(builder, low, high, one, word) as (k, _):
                n = builder.sext(builder.load(builder.gep(places, [k])), word)
                term = builder.load(at(terms, n), align=4)
                builder.store(combine(builder.load(total), term), total)
        builder.store(builder.load(total), at(data(0), args[1]), align=4)
        return context.get_dummy_value()

    return signature, generate
