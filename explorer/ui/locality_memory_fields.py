"""The fields of the tab *Memory*."""

from __future__ import annotations

from explorer.ui.fields import AnyField, Choice, Switch

WITHOUT = Switch(
    key="ll_without",
    label="Leave this picture out of the training images",
    help="The same picture and noise, denoised by images that do not hold it.",
)
TABLE = Choice(
    key="ll_held_out",
    label="Measured on",
    default="mnist",
    options=("mnist", "cifar10"),
    titles=("MNIST", "CIFAR-10"),
)

FIELDS: tuple[AnyField, ...] = (WITHOUT, TABLE)
GROUPS = {
    "copies": "from how many images a pixel is made",
    "errors": "training against held-out pictures",
    "weights": "effective number of images over noise levels",
    "held": "held-out errors of every denoiser",
}
