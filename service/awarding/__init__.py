"""The doors of those who award: choose, fill in, look, award, hand over; and one for programs."""
