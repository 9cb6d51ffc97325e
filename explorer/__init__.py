"""Diffusion Design Explorer: generators, schedules, denoisers and samplers, seen and measured.

Each room is a subpackage and is imported by name, ``from explorer import generators, figures``;
importing ``explorer`` itself costs nothing. The rooms work in a notebook; only ``explorer.ui``
knows Streamlit.
"""
