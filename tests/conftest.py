"""Settings that every test shares."""

from hypothesis import settings

# a shared, slow machine must not turn a property into a timed test
settings.register_profile("calm", deadline=None)
settings.load_profile("calm")
