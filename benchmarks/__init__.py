"""Timings and simulations that anyone can run again; nothing here is part of the kit."""
