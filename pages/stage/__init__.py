"""The browser's side: map, runners, loss curve, scoreboard, playhead and live knobs, one component."""
