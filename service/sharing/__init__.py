"""The doors of the person who received a badge, and of everyone they show it to."""
