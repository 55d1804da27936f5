"""Entry point: `streamlit run app.py` or `uvicorn app:app`. The pages start in pages/frame.py."""

from pathlib import Path

import streamlit as st

import pages
from pages.server.routes import lifespan, middleware, routes

app = st.App(Path(pages.__file__).with_name("frame.py"), routes=routes(), middleware=middleware(), lifespan=lifespan)
