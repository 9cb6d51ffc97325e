"""The Streamlit side of the explorer: the only room beside `pages/` that imports streamlit."""
