{# A rate follows from its counts and lies inside its interval and its bounds; what is missing is part of the denominator. #}
{% test rates_agree_with_counts(model) %}
select *
from {{ model }}
where
    numerator < 0
    or numerator + missing > denominator
    or (denominator = 0) <> (rate is null)
    or abs(rate * denominator - numerator) > 1e-6
    or not rate between lower and upper
    or not rate between lower_bound_rate and upper_bound_rate
    or (state = 'shown' and denominator < 10)
{% endtest %}
