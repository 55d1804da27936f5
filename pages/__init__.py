"""The pages, and what they share: the stage, the words, the links."""
