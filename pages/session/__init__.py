"""What one visitor has: the state of the page, the commit protocol, and the lock of the scripts."""
