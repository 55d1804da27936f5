"""What both rooms of mathematics are made with: the compiler and its cache, checked arguments, declarations."""
