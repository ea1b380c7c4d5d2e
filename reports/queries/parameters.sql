-- What the release was made for: the day it looks from, the newest month, the network and its disclosure profile and language.
select
    as_of,
    month,
    network_name,
    disclosure,
    language
from ops.parameters
