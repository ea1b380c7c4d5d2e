-- Nothing found holds for an episode only where no reviewer named anything.
with reviews as (
    select
        reviews.episode_key,
        reviews.reviewed_on,
        reviews.reviewer,
        reviews.factor,
        reviews.detail,
        max(case when reviews.factor <> 'none_found' then 1 else 0 end) over (partition by reviews.episode_key) = 1 as is_something_found
    from {{ ref('int_reviews_placed') }} as reviews
    cross join {{ source('inputs', 'parameters') }} as parameters
    where reviews.row_reason is null and reviews.reviewed_on <= parameters.as_of
)

select
    episode_key,
    factor,
    {{ distinct_texts('reviewer') }} as reviewer,
    {{ distinct_texts('detail') }} as detail,
    max(reviewed_on) as reviewed_on
from reviews
where factor <> 'none_found' or not is_something_found
group by episode_key, factor
