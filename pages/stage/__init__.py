"""The part in the browser: map, runners, loss curve, scoreboard, playhead and live knobs, one component."""
