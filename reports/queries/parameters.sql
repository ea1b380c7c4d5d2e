-- What the release was made for: the day it looks from, the newest month, the network and its disclosure profile.
select
    as_of,
    month,
    network_name,
    disclosure
from ops.parameters
