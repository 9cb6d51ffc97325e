"""Denoisers that follow from data by formula: no training, no weights."""

from explorer.denoisers.statistics import Statistics as Statistics
