"""The frame of every page: title, language, and the list of pages."""

import streamlit as st

from pages.contents import PAGES
from pages.layout.show import page_language
from pages.session import state
from pages.session.script_lock import script_lock
from pages.words import translator

st.set_page_config("Slalom", page_icon="⛷️", layout="wide", initial_sidebar_state="auto")
with script_lock():
    _ = translator(page_language())
    selected_page = st.navigation(
        [
            st.Page(f"{page.name}/page.py", title=page.title.translate(_), url_path=page.name, default=page is PAGES[0])
            for page in PAGES
        ],
        position="hidden",
    )
    state.apply_rule(selected_page.url_path or PAGES[0].name)  # before the links below, which contain the race
    with st.sidebar:
        st.html(f'<div class="slalom-brand"><b>Slalom</b>{_("race optimizers downhill")}</div>')
        for page in PAGES:
            st.page_link(
                f"{page.name}/page.py",
                label=page.title.translate(_),
                query_params={
                    **state.last_query(page.name),
                    **({"lang": st.query_params["lang"]} if "lang" in st.query_params else {}),
                },
            )
    selected_page.run()
