"""The parts of the server besides Streamlit: the race socket, the worker, the files, and the answer with its blocks."""
