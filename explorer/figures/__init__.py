"""Figures: frozen results in, Plotly figures out. Nothing here computes."""
