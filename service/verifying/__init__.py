"""The doors of those who check a credential: one page, and the APIs that programs use."""
