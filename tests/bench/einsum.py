"""The masked denoiser as one would write it first: dense masks, einsum, softmax per batch."""

from __future__ import annotations

import numpy as np
import torch

BATCH = 512


def einsum_denoiser(
    images: np.ndarray, x: torch.Tensor, mask: torch.Tensor, sigma: float
) -> torch.Tensor:
    """Return the answers for rows x (B, d), float32, from uint8 rows (N, d) and 0/1 masks (d, d).

    Row q of the mask holds the inputs of output q. The softmax runs within each batch of 512
    images, and the batches' answers are averaged.
    """
    answers = torch.zeros_like(x)
    for start in range(0, len(images), BATCH):
        clean = torch.from_numpy(images[start : start + BATCH]).float() / 127.5 - 1.0
        squares = (x[:, None] - clean[None]) ** 2
        logits = -torch.einsum("bkn,qn->bkq", squares, mask) / (2.0 * sigma**2)
        weights = torch.softmax(logits, dim=1)
        answers += torch.einsum("bkq,kq->bq", weights, clean)
    return answers / -(-len(images) // BATCH)
