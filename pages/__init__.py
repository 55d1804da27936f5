"""What people see: the pages, and the rooms they share: the stage, the words, the links."""
