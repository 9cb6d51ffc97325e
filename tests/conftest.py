"""What all tests share: Hypothesis without deadlines or chance.

Examples are drawn from a fixed seed, so that a red run is red everywhere; set
HYPOTHESIS_PROFILE=explore to look for new ones.
"""

import os

from hypothesis import HealthCheck, settings

settings.register_profile(
    "house",
    deadline=None,  # times are measured in tests/bench, never asserted
    derandomize=True,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.register_profile("explore", settings.get_profile("house"), derandomize=False)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "house"))
