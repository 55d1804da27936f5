"""What a run may have beside its method: schedule, clipping, noise, averaging. One file each."""
