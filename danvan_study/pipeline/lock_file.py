"""Where it stands that a wave is locked."""


def lock_file(wave_id: str) -> str:
    """Return the file whose presence says that the wave is locked, and since when."""
    return f"data/deployments/{wave_id}_locked.txt"
