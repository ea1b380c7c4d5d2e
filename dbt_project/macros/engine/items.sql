{# Answers of a questionnaire as a list, and lists of item positions: what DuckDB and Spark write differently. #}

{# `3;;na;2` as a list of trimmed texts, null where an item was not answered; null where there are no items at all. #}
{% macro item_texts(items) -%}
    {{ return(adapter.dispatch('item_texts', 'clinic_outcomes')(items)) }}
{%- endmacro %}

{% macro duckdb__item_texts(items) -%}
    list_transform(string_split(nullif({{ items }}, ''), ';'), lambda item: nullif(trim(item), ''))
{%- endmacro %}

{% macro spark__item_texts(items) -%}
    transform(split(nullif({{ items }}, ''), ';'), item -> nullif(trim(item), ''))
{%- endmacro %}


{# The numbers in a list of item texts; null for an unanswered item, `na` and anything that is no number. #}
{% macro item_numbers(texts) -%}
    {{ return(adapter.dispatch('item_numbers', 'clinic_outcomes')(texts)) }}
{%- endmacro %}

{% macro duckdb__item_numbers(texts) -%}
    list_transform({{ texts }}, lambda item: try_cast(item as decimal(9,3)))
{%- endmacro %}

{% macro spark__item_numbers(texts) -%}
    transform({{ texts }}, item -> try_cast(item as decimal(9,3)))
{%- endmacro %}


{# How many items hold something that is neither a number nor `na`: the check that keeps item_numbers from losing a value silently. #}
{% macro unreadable_items(texts) -%}
    {{ return(adapter.dispatch('unreadable_items', 'clinic_outcomes')(texts)) }}
{%- endmacro %}

{% macro duckdb__unreadable_items(texts) -%}
    len(list_filter({{ texts }}, lambda item: item <> 'na' and try_cast(item as decimal(9,3)) is null))
{%- endmacro %}

{% macro spark__unreadable_items(texts) -%}
    array_size(filter({{ texts }}, item -> item <> 'na' and try_cast(item as decimal(9,3)) is null))
{%- endmacro %}


{# Item positions `3;7;12` as a list of whole numbers. #}
{% macro item_positions(positions) -%}
    {{ return(adapter.dispatch('item_positions', 'clinic_outcomes')(positions)) }}
{%- endmacro %}

{% macro duckdb__item_positions(positions) -%}
    list_transform(string_split({{ positions }}, ';'), lambda position: cast(position as integer))
{%- endmacro %}

{% macro spark__item_positions(positions) -%}
    transform(split({{ positions }}, ';'), position -> cast(position as int))
{%- endmacro %}


{# The items at the given positions. #}
{% macro items_at(items, positions) -%}
    {{ return(adapter.dispatch('items_at', 'clinic_outcomes')(items, positions)) }}
{%- endmacro %}

{% macro duckdb__items_at(items, positions) -%}
    list_select({{ items }}, {{ positions }})
{%- endmacro %}

{% macro spark__items_at(items, positions) -%}
    transform({{ positions }}, position -> try_element_at({{ items }}, position))
{%- endmacro %}


{# The numbers with those at the given positions turned round: lowest plus highest answer, minus the answer. #}
{% macro items_turned(numbers, positions, lowest_plus_highest) -%}
    {{ return(adapter.dispatch('items_turned', 'clinic_outcomes')(numbers, positions, lowest_plus_highest)) }}
{%- endmacro %}

{% macro duckdb__items_turned(numbers, positions, lowest_plus_highest) -%}
    list_transform(
        {{ numbers }},
        lambda item, position: case when list_contains({{ positions }}, position) then {{ lowest_plus_highest }} - item else item end
    )
{%- endmacro %}

{% macro spark__items_turned(numbers, positions, lowest_plus_highest) -%}
    transform(
        {{ numbers }},
        (item, place) -> case when array_contains({{ positions }}, place + 1) then {{ lowest_plus_highest }} - item else item end
    )
{%- endmacro %}


{# How many items hold a number. #}
{% macro items_answered(numbers) -%}
    {{ return(adapter.dispatch('items_answered', 'clinic_outcomes')(numbers)) }}
{%- endmacro %}

{% macro duckdb__items_answered(numbers) -%} list_count({{ numbers }}) {%- endmacro %}

{% macro spark__items_answered(numbers) -%} array_size(filter({{ numbers }}, item -> item is not null)) {%- endmacro %}


{# The sum of the answered items; null where none is. #}
{% macro items_sum(numbers) -%}
    {{ return(adapter.dispatch('items_sum', 'clinic_outcomes')(numbers)) }}
{%- endmacro %}

{% macro duckdb__items_sum(numbers) -%} list_sum({{ numbers }}) {%- endmacro %}

{% macro spark__items_sum(numbers) -%}
    case
        when array_size(filter({{ numbers }}, item -> item is not null)) > 0
            then aggregate(filter({{ numbers }}, item -> item is not null), cast(0 as decimal(18,3)), (total, item) -> cast(total + item as decimal(18,3)))
    end
{%- endmacro %}


{# How many items hold at least the given answer. #}
{% macro items_from(numbers, answer) -%}
    {{ return(adapter.dispatch('items_from', 'clinic_outcomes')(numbers, answer)) }}
{%- endmacro %}

{% macro duckdb__items_from(numbers, answer) -%} len(list_filter({{ numbers }}, lambda item: item >= {{ answer }})) {%- endmacro %}

{% macro spark__items_from(numbers, answer) -%} array_size(filter({{ numbers }}, item -> item >= {{ answer }})) {%- endmacro %}
