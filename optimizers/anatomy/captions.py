"""Captions that several methods share for the parts of their steps (English; translated where shown)."""

COMMON = {
    "gradient": "The gradient that the step meets: it points uphill, and its length, {length}, says how steep it is.",
    "clipped": "Clipping cuts the gradient down to a length of {length} before anything else sees it.",
    "held": "Clipping holds the step back to {threshold} times the learning rate.",
    "step": "The whole step: the point moves by {length}.",
}
PUSH = "The push −εg: the gradient turned downhill, times the learning rate {rate}."

KEPT = "The share {momentum} of the old velocity is kept, and carries the point on the way it was going."
VELOCITY = "What is kept and what the gradient adds make the new velocity, {length} long, and the point moves by it."
AHEAD = "Before it measures, it looks ahead, to where the kept velocity alone would carry it."
GRADIENT_AHEAD = "The gradient is measured there, ahead of the point; its length is {length}."

SQUARES = (
    "The sides of the box are roots of a fading mean of the squared gradients, {roots}: how steep each coordinate was."
)
SCALED = "Each coordinate is divided by its side of the box, so that it has a learning rate of its own: {rates}."
MEAN = "A fading mean of the gradients: what they agree on lasts, what alternates shrinks."
MEAN_BEFORE = "The momentum: a fading mean of the gradients before this one."
UNBIASED_MEAN = "The mean began at zero, which made it too short; dividing by {share} makes up for that."
UNBIASED_SQUARES = "The squares began at zero too; dividing by {share} gives the box its true size, {roots}."
DECAY = "Weight decay takes {share} of the way to the origin, whatever the gradient says."

AXES = "The eigenvectors of the Hessian: along them the surface curves by its eigenvalues, {low} and {high}."
JUMP = "It goes {rate} times the way to the point where the model is flat."

SEARCH = (
    "A line search decides how far to go along this direction: {taken} times its length, or 0 if it finds "
    "nothing lower."
)
TRAVEL = "That far along the direction it goes: {length}."
MOVED = "The step before this one, {length} long: along it the method has felt how the surface bends."
CHANGED = "The change of the gradient over that step: it tells how the surface bends in its direction."
