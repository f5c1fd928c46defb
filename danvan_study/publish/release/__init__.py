"""A public-use file: people alike by fives, answers that differ, and nothing that leads back."""
