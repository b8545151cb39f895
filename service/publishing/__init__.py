"""The doors to what is published: exact stored bytes, the same for everyone."""
