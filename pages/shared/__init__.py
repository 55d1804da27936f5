"""What all pages share: a race as plain data, its link, its state, its words, and the layout around the stage."""
