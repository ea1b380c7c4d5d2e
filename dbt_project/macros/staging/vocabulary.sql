{# Codes of the canonical vocabulary that need no attribute of their own. Attendance and endings, which do, are the seeds attendance_codes and endings. #}
{% macro vocabulary(name) -%}
    {%- set codes = {
        'kind': ['assessment', 'treatment', 'review', 'follow_up'],
        'medium': ['in_person', 'video', 'phone', 'text'],
        'rater': ['self', 'parent', 'clinician'],
        'scale': ['gbo', 'gas'],
        'close_reason': ['achieved', 'replaced', 'no_longer_relevant', 'abandoned', 'transferred'],
        'consultation_outcome': ['accepted', 'assessment_only', 'redirected', 'unsuitable', 'client_declined', 'dropped_out', 'waiting'],
        'reviewer': ['therapist', 'supervisor', 'client'],
        'factor': ['deadlock', 'transference', 'technical_error', 'incompatibility', 'external', 'none_found'],
        'flag': ['yes', 'no'],
    } -%}
    ('{{ codes[name] | join("', '") }}')
{%- endmacro %}
