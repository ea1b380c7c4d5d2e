{# Lists: what DuckDB and Spark write differently. Positions count from 1, negative ones from the end, in both. #}

{# Aggregate: the values of a group as a list, in the order of `position`. #}
{% macro list_in_order(value, position) -%}
    {{ return(adapter.dispatch('list_in_order', 'clinic_outcomes')(value, position)) }}
{%- endmacro %}

{% macro duckdb__list_in_order(value, position) -%}
    list({{ value }} order by {{ position }})
{%- endmacro %}

{% macro spark__list_in_order(value, position) -%}
    transform(array_sort(collect_list(struct({{ position }} as position, {{ value }} as value))), pair -> pair.value)
{%- endmacro %}


{# Aggregate: the distinct texts of a group in alphabetical order, joined by `;`. #}
{% macro distinct_texts(text) -%}
    {{ return(adapter.dispatch('distinct_texts', 'clinic_outcomes')(text)) }}
{%- endmacro %}

{% macro duckdb__distinct_texts(text) -%}
    string_agg(distinct {{ text }}, ';' order by {{ text }})
{%- endmacro %}

{% macro spark__distinct_texts(text) -%}
    nullif(array_join(array_sort(collect_set({{ text }})), ';'), '')
{%- endmacro %}


{% macro list_length(list) -%}
    {{ return(adapter.dispatch('list_length', 'clinic_outcomes')(list)) }}
{%- endmacro %}

{% macro duckdb__list_length(list) -%} len({{ list }}) {%- endmacro %}

{% macro spark__list_length(list) -%} array_size({{ list }}) {%- endmacro %}


{% macro list_item(list, position) -%}
    {{ return(adapter.dispatch('list_item', 'clinic_outcomes')(list, position)) }}
{%- endmacro %}

{% macro duckdb__list_item(list, position) -%} {{ list }}[{{ position }}] {%- endmacro %}

{% macro spark__list_item(list, position) -%} try_element_at({{ list }}, cast({{ position }} as int)) {%- endmacro %}


{# The part of a list from one position to another, both included. #}
{% macro list_part(list, first, last) -%}
    {{ return(adapter.dispatch('list_part', 'clinic_outcomes')(list, first, last)) }}
{%- endmacro %}

{% macro duckdb__list_part(list, first, last) -%} {{ list }}[{{ first }}:{{ last }}] {%- endmacro %}

{% macro spark__list_part(list, first, last) -%}
    slice({{ list }}, cast({{ first }} as int), cast({{ last }} - ({{ first }}) + 1 as int))
{%- endmacro %}


{% macro list_least(list) -%}
    {{ return(adapter.dispatch('list_least', 'clinic_outcomes')(list)) }}
{%- endmacro %}

{% macro duckdb__list_least(list) -%} list_min({{ list }}) {%- endmacro %}

{% macro spark__list_least(list) -%} array_min({{ list }}) {%- endmacro %}


{% macro list_greatest(list) -%}
    {{ return(adapter.dispatch('list_greatest', 'clinic_outcomes')(list)) }}
{%- endmacro %}

{% macro duckdb__list_greatest(list) -%} list_max({{ list }}) {%- endmacro %}

{% macro spark__list_greatest(list) -%} array_max({{ list }}) {%- endmacro %}


{# The states that a state machine runs through, one per position of a list of `length` items: a list of integers. `first` is the state at
   position 1. `next` gives the state at every later position; there `states` is the list of the states so far, so that the position in hand
   is its length + 1. A fold over each list, and no recursion over rows: it runs in one pass over many millions of short lists. #}
{% macro list_of_states(length, first, next) -%}
    {{ return(adapter.dispatch('list_of_states', 'clinic_outcomes')(length, first, next)) }}
{%- endmacro %}

{# DuckDB's fold wants elements of the type of its result, hence the lists of one. The first state leads them instead of being given as initial
   value: with one, DuckDB 1.5 mixes up the columns of different rows inside the fold (duckdb/duckdb#25816). #}
{% macro duckdb__list_of_states(length, first, next) -%}
    list_reduce(
        list_prepend([cast({{ first }} as integer)], list_transform(range(2, {{ length }} + 1), lambda step: [cast(step as integer)])),
        lambda states, step: list_append(states, cast({{ next }} as integer))
    )
{%- endmacro %}

{% macro spark__list_of_states(length, first, next) -%}
    aggregate(
        slice(sequence(1, cast({{ length }} as int)), 2, cast({{ length }} as int)),
        array(cast({{ first }} as int)),
        (states, step) -> concat(states, array(cast({{ next }} as int)))
    )
{%- endmacro %}
