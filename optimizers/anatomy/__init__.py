"""One step taken apart: the parts it is drawn with, and the sentences said of them."""
