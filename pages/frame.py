"""The frame of every page: title, language, and which pages there are."""

import streamlit as st

st.set_page_config("Slalom", page_icon="⛷️", layout="wide", initial_sidebar_state="auto")
st.navigation([st.Page("race/page.py", title="Slalom", default=True)], position="hidden").run()
