"""The doors by which trainers and administrators come in and go out: links that work once."""
