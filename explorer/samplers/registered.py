"""The registry of this room: which files are samplers."""

from explorer.core.registry import Registry

REGISTRY = Registry("explorer.samplers", "sampler", word="parameter")
