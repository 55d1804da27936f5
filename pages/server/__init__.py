"""What the server has beside Streamlit: the race socket, the worker, the files, and the answer made of blocks."""
