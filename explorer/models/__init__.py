"""Networks as denoisers: what other people's networks answer, in the explorer's terms.

A denoiser ``D(x, sigma)`` gets ``x = x0 + sigma * eps`` and estimates x0. Networks are trained on
other scales and to answer other things; each file here is one such habit, and its class the way
from a network to D. The network is any callable; it is called with its own input and time, and
with ``cond`` where one is given.
"""

from explorer.models.edm import Edm as Edm
from explorer.models.edm import from_edm as from_edm
from explorer.models.edm_denoiser import EdmDenoiser as EdmDenoiser
from explorer.models.edm_denoiser import from_edm_denoiser as from_edm_denoiser
from explorer.models.epsilon import Epsilon as Epsilon
from explorer.models.epsilon import from_epsilon as from_epsilon
from explorer.models.flow import Flow as Flow
from explorer.models.flow import from_flow as from_flow
from explorer.models.linear_beta import LinearBeta as LinearBeta
from explorer.models.table import Table as Table
from explorer.models.velocity import Velocity as Velocity
from explorer.models.velocity import from_v as from_v
from explorer.models.x0 import X0 as X0
from explorer.models.x0 import from_x0 as from_x0
