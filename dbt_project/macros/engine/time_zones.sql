{# Times: an ISO 8601 text to UTC and to the clinic's local time. Where a clock change makes a local hour ambiguous, the engine's choice holds. #}
{% macro utc_from_text(text, zone) -%}
    {{ return(adapter.dispatch('utc_from_text')(text, zone)) }}
{%- endmacro %}

{% macro duckdb__utc_from_text(text, zone) -%}
    case
        when regexp_matches({{ text }}, '[0-9](Z|[+-][0-9]{2}(:?[0-9]{2})?)$') and length({{ text }}) > 10
            -- DuckDB wants seconds before an offset, ISO 8601 does not
            then timezone('UTC', try_cast(regexp_replace({{ text }}, '^(.{10}[T ][0-9]{2}:[0-9]{2})(Z|[+-].*)$', '\1:00\2') as timestamptz))
        else timezone('UTC', timezone({{ zone }}, try_cast({{ text }} as timestamp)))
    end
{%- endmacro %}

{% macro spark__utc_from_text(text, zone) -%}
    case
        when {{ text }} rlike '[0-9](Z|[+-][0-9]{2}(:?[0-9]{2})?)$' and length({{ text }}) > 10
            -- an instant, on the clock of the session, which is UTC
            then cast(try_cast({{ text }} as timestamp_ltz) as timestamp_ntz)
        else convert_timezone({{ zone }}, 'UTC', try_cast({{ text }} as timestamp_ntz))
    end
{%- endmacro %}

{# The clinic's wall clock at a UTC time. #}
{% macro local_from_utc(utc, zone) -%}
    {{ return(adapter.dispatch('local_from_utc')(utc, zone)) }}
{%- endmacro %}

{% macro duckdb__local_from_utc(utc, zone) -%}
    timezone({{ zone }}, timezone('UTC', {{ utc }}))
{%- endmacro %}

{% macro spark__local_from_utc(utc, zone) -%}
    convert_timezone('UTC', {{ zone }}, {{ utc }})
{%- endmacro %}

{# The UTC time at which the clinic's wall clock shows `local`. #}
{% macro utc_from_local(local, zone) -%}
    {{ return(adapter.dispatch('utc_from_local')(local, zone)) }}
{%- endmacro %}

{% macro duckdb__utc_from_local(local, zone) -%}
    timezone('UTC', timezone({{ zone }}, {{ local }}))
{%- endmacro %}

{% macro spark__utc_from_local(local, zone) -%}
    convert_timezone({{ zone }}, 'UTC', {{ local }})
{%- endmacro %}
