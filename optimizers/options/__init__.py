"""Options of a run besides its method: schedule, clipping, noise, averaging. One file each."""
