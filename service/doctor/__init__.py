"""The doctor: everything an installation needs, looked at once; each fault with its cure."""
