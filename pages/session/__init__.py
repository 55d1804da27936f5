"""The state of one visitor: the race of each page, the commit protocol, and the lock of the scripts."""
