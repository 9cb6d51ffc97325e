"""Sums over 32 weights, held in vector registers.

LLVM unrolls a loop over 32 numbers before it finds that the loop is a vector, and then adds one
number after the other. Here the sum is a vector from the start, folded in half until one is left.

numba's disk cache does not see changes in this file: after one, save `boxes.py` again.
"""

# ruff: noqa: ARG001 - an intrinsic has the arguments of what it generates

from __future__ import annotations

from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic

LANES = 32
SINGLES = ir.VectorType(ir.FloatType(), LANES)


@intrinsic
def total(_context, weights):
    """Return the sum of 32 weights; weights is C-contiguous float32 (32,)."""

    def generate(context, builder, signature, args):
        return _folded(builder, _loaded(context, builder, signature.args[0], args[0]))

    return types.float32(weights), generate


@intrinsic
def total_of_squares(_context, weights):
    """Return the sum of the squares of 32 weights."""

    def generate(context, builder, signature, args):
        values = _loaded(context, builder, signature.args[0], args[0])
        return _folded(builder, builder.fmul(values, values))

    return types.float32(weights), generate


@intrinsic
def weighted(_context, weights, block, place):
    """Return ``sum_lane weights[lane] block[place, lane]``; block is C-contiguous uint8 (., 32)."""

    def generate(context, builder, signature, args):
        values = _loaded(context, builder, signature.args[0], args[0])
        data = cgutils.create_struct_proxy(signature.args[1])(context, builder, args[1]).data
        start = builder.gep(data, [builder.mul(args[2], ir.Constant(args[2].type, LANES))])
        kind = ir.VectorType(ir.IntType(8), LANES)
        stored = builder.load(builder.bitcast(start, kind.as_pointer()), align=1)
        return _folded(builder, builder.fmul(values, builder.uitofp(stored, SINGLES)))

    return types.float32(weights, block, types.int64), generate


def _loaded(context, builder, kind, value):
    """Return 32 numbers of an array as one vector."""
    data = cgutils.create_struct_proxy(kind)(context, builder, value).data
    return builder.load(builder.bitcast(data, SINGLES.as_pointer()), align=4)


def _folded(builder, values):
    """Return the sum of the 32 numbers of a vector."""
    width = LANES
    while width > 1:
        width //= 2
        low, high = (
            builder.shuffle_vector(
                values,
                ir.Constant(values.type, ir.Undefined),
                ir.Constant(ir.VectorType(ir.IntType(32), width), list(range(i, i + width))),
            )
            for i in (0, width)
        )
        values = builder.fadd(low, high)
    return builder.extract_element(values, ir.Constant(ir.IntType(32), 0))
