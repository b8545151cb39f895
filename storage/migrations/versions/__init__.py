"""The steps, oldest first: `rNNNN_title`, whose number is its revision."""
