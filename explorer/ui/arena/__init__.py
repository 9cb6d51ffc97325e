"""The Sampler Arena."""
