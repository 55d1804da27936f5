"""The door: `streamlit run app.py` or `uvicorn app:app`. The pages begin in pages/frame.py."""

import streamlit as st

from pages.stage.server import lifespan, middleware, routes

app = st.App("pages/frame.py", routes=routes(), middleware=middleware(), lifespan=lifespan)
