"""Settings of all tests: Hypothesis measures no time, because the machine may be busy or compile a kernel."""

from hypothesis import HealthCheck, settings

settings.register_profile("untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("untimed")
