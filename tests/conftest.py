"""What all tests share: Hypothesis measures no time, because the machine may be busy or a kernel be compiled."""

from hypothesis import HealthCheck, settings

settings.register_profile("untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("untimed")
