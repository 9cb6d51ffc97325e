"""Measurements of denoisers and samplers: frozen results of arrays, each with its formula."""
