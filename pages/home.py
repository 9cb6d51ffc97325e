"""Home: the questions, each with a live picture that leads to its page."""

import streamlit as st

from explorer.ui import frame

frame.header("Diffusion Design Explorer", "What would you like to understand?")
st.write("Pick a question.")
