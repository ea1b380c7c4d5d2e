"""Reads one file of JSON by its contract with DuckDB: FHIR R4 (NDJSON, a single resource, a Bundle) or the pages of a web interface.

No schema is inferred: what has no path stays outside.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import duckdb

from pipelines.data_folder import UNIT_OF_SEVERAL_TABLES, DataFolder
from pipelines.errors import RefusedFile
from pipelines.file_facts import FileFacts, Reject
from pipelines.inbox import DeliveredFile, FileBytes
from pipelines.json_paths import elements_sql, first_matches_sql, objects_on
from pipelines.privacy import pseudonym_sql, sql_text
from pipelines.profile import profile_table
from pipelines.raw_files import write_raw, write_rejects_of
from pipelines.raw_values import cleaned_sql, guarded_sql, identity_sql, raw_value_sql
from pipelines.source_contracts import Choices, Column, SourceContract, Table

LONGEST_LINE = 32 << 20
LARGEST_DOCUMENT = 256 << 20
SHOWN_REJECTS = 1_000
SHOWN_TYPES = 20
# what codes, numbers, dates and flags look like; a text with a blank in it is prose and stays outside
CODE_LIKE = r"[^\s{}\[\]]{1,200}"
# a number that stands before or behind the words of an answer: `0 - Not at all`, `Not at all (0)`
NUMBER_BEFORE = r"^([0-9]{1,2})\s*([.:)=–-].*)?$"
NUMBER_BEHIND = r"^.*[(=]\s*([0-9]{1,2})\s*\)?$"


@dataclass(frozen=True)
class Form:
    """How one kind of JSON file holds resources. `type_of` is SQL for the type of the resource `content`, null when it has none.

    `resources` is SQL for what the document `content` holds: a list of structs (resource_type, content).
    """

    type_name: str
    type_of: str
    resources: str
    no_type: str
    odd_type: str


FHIR = Form(
    type_name="[A-Z][A-Za-z]{2,40}",
    type_of="json_extract_string(content, '$.resourceType')",
    resources="""
        list_transform(
            case
                when json_extract_string(content, '$.resourceType') = 'Bundle'
                    then list_transform(json_extract(content, '$.entry[*]'), lambda entry: coalesce(json_extract(entry, '$.resource'), '{}'))
                else [content]
            end,
            lambda resource: {'resource_type': json_extract_string(resource, '$.resourceType'), 'content': resource}
        )
    """,
    no_type="not a FHIR resource: it has no resourceType",
    odd_type="not a FHIR resource: its resourceType is not the name of one",
)
LIST_NAME = "[a-z][a-z_]{2,40}"


def _linked_type(record: str) -> str:
    """The type of a record by the link to itself, `…/v1/patients/17`."""
    return f"nullif(regexp_extract(json_extract_string({record}, '$.links.self'), '/v[0-9]+/({LIST_NAME})/[^/?]+$', 1), '')"


_LISTS_ON_PAGE = f"list_filter(json_keys(content), lambda name: regexp_full_match(name, '{LIST_NAME}') and json_type(content, '$.' || name) = 'ARRAY')"
# the record of a detail page, a list of records, or a page `{"patients": [...], "links": {...}}` whose lists say what their records are
PAGES = Form(
    type_name=LIST_NAME,
    type_of=_linked_type("content"),
    resources=f"""
        case
            when json_type(content) = 'ARRAY'
                then list_transform(json_extract(content, '$[*]'), lambda record: {{'resource_type': {_linked_type("record")}, 'content': record}})
            when {_linked_type("content")} is null and len({_LISTS_ON_PAGE}) > 0
                then flatten(list_transform(
                    {_LISTS_ON_PAGE},
                    lambda name: list_transform(
                        json_extract(json_extract(content, '$.' || name), '$[*]'), lambda record: {{'resource_type': name, 'content': record}}
                    )
                ))
            else [{{'resource_type': {_linked_type("content")}, 'content': content}}]
        end
    """,
    no_type="neither on a page of records nor a record with a link to itself",
    odd_type="its list has a name that no kind of record has",
)
FORMS = {"fhir": FHIR, "json_pages": PAGES}


def read(
    connection: duckdb.DuckDBPyConnection,
    file: DeliveredFile,
    path: Path,
    contract: SourceContract,
    content: FileBytes,
    facts: FileFacts,
    data: DataFolder | None,
) -> FileFacts:
    """Read the file at `path` into raw below `data`, or, without `data`, only find out what reading it would give."""
    try:
        form = FORMS[contract.format]
        _offer_resources(connection, path, (file.member or file.path.name).lower(), content, form)
        _judge_resources(connection, contract, form)
        _check_not_cut_off(connection, content)
        facts = _admit(connection, file, contract, facts, data)
    except duckdb.Error:
        # the message of the engine quotes the file's content, so it is not passed on
        raise RefusedFile(f"could not be read as JSON; a line is longer than {LONGEST_LINE >> 20} MB, or the file is damaged") from None
    [(rejected,)] = connection.sql("select count(*) from rejects").fetchall()
    rejects = connection.execute("select line, column_name, reason from rejects order by line limit ?", [SHOWN_REJECTS]).fetchall()
    if data is not None and rejected:
        write_rejects_of(connection, "rejects", data.rejects_file(contract.system, UNIT_OF_SEVERAL_TABLES, file.clinic_id, content.sha256))
    page, next_page = _paging(connection)
    return replace(
        facts,
        rows_read=sum(facts.admitted.values()) + rejected,
        rows_rejected=rejected,
        rejects=tuple(Reject(*row) for row in rejects),
        warnings=_warnings(connection, contract, form),
        page=page,
        next_page=next_page,
    )


def _offer_resources(connection: duckdb.DuckDBPyConnection, path: Path, name: str, content: FileBytes, form: Form) -> None:
    """Make `resources`: one row per resource, its type, its JSON text (null when it is none) and its place (a line, or its number in the document).

    `page_links` holds what a page says of itself and of the page behind it.
    """
    connection.execute("create or replace temporary table page_links as select cast(null as varchar) as own, cast(null as varchar) as following limit 0")
    if name.endswith(".json") and content.size <= LARGEST_DOCUMENT and _offer_document(connection, path, form):
        return
    connection.execute(f"""
        create or replace temporary view resources as
        select source_line, content, {form.type_of} as resource_type
        from (select source_line, case when json_valid(line) then line end as content from ({_lines_sql(path)}) where trim(line) <> '')
    """)


def _lines_sql(path: Path) -> str:
    """The lines of a file with their numbers. A control character, which JSON does not allow, splits a line; put together again it is no JSON."""
    return f"""
        select row_number() over () as source_line, concat_ws(chr(1), line, rest) as line
        from read_csv(
            {sql_text(str(path))}, auto_detect=false, header=false, delim=chr(1), quote='', escape='', strict_mode=false, null_padding=true,
            max_line_size={LONGEST_LINE}, columns={{'line': 'varchar', 'rest': 'varchar'}}
        )
    """


def _offer_document(connection: duckdb.DuckDBPyConnection, path: Path, form: Form) -> bool:
    """Make `resources` of a file that is one JSON document; False when it holds one document a line."""
    connection.execute(f"create or replace temporary table document as select ltrim(content, chr(65279)) as content from read_text({sql_text(str(path))})")
    [(is_document,)] = connection.sql("select json_valid(content) from document").fetchall()
    if not is_document:
        first_lines = connection.sql(f"select json_valid(line) from ({_lines_sql(path)}) where source_line = 1").fetchall()
        if first_lines == [(True,)]:
            return False
        raise RefusedFile("not valid JSON; the file was changed or cut off on its way, please send it again")
    connection.execute(f"""
        create or replace temporary table resources as
        select resource.resource_type, resource.content, source_line
        from (
            select unnest(resources) as resource, generate_subscripts(resources, 1) as source_line
            from (select {form.resources} as resources from document)
        )
    """)
    connection.execute(f"insert into page_links select {_page_sql('self')}, {_page_sql('next')} from document where {_page_sql('self')} is not null")
    return True


def _page_sql(link: str) -> str:
    """The list and number of the page that a link of a document names, `patients/archived page 2`; null for other links."""
    url = f"json_extract_string(content, '$.links.{link}')"
    parts = f"regexp_extract({url}, '/v[0-9]+/({LIST_NAME}(?:/{LIST_NAME})?)[?](?:.*&)?page=([0-9]{{1,9}})', ['list', 'page'])"
    return f"nullif({parts}.list || ' page ' || {parts}.page, ' page ')"


def _paging(connection: duckdb.DuckDBPyConnection) -> tuple[str | None, str | None]:
    """Which page of a longer list this file is, and which page it says to follow."""
    pages = connection.sql("select own, following from page_links").fetchall()
    return pages[0] if pages else (None, None)


def _judge_resources(connection: duckdb.DuckDBPyConnection, contract: SourceContract, form: Form) -> None:
    """Make `places`: the place, type and, where the resource cannot be read at all, the problem of each resource."""
    types = _listed(sorted({table.resource or "" for table in contract.tables}))
    objects = sorted(
        {part for table in contract.tables for column in table.columns if not column.from_row for path in column.path for part in objects_on(path)}
    )
    connection.execute(f"""
        create or replace temporary table places as
        select
            source_line,
            resource_type,
            case
                when content is null then 'not valid JSON'
                when resource_type is null then {sql_text(form.no_type)}
                when not regexp_full_match(resource_type, '{form.type_name}') then {sql_text(form.odd_type)}
                when resource_type not in {types} then resource_type || ' is not read from {contract.system}'
                when contains(content, '\\u0000') then 'it holds a NUL character'
                when list_bool_or(list_transform(json_keys(content, {objects}), lambda names: len(names) <> len(list_distinct(names))))
                    then 'a name stands twice in the same JSON object'
            end as problem
        from resources
    """)


def _admit(connection: duckdb.DuckDBPyConnection, file: DeliveredFile, contract: SourceContract, facts: FileFacts, data: DataFolder | None) -> FileFacts:
    """Let each resource into the tables whose required columns it has; a resource that gives no row to any is rejected."""
    connection.execute("""
        create or replace temporary table rejects as
        select source_line as line, cast(null as varchar) as column_name, problem as reason from places where problem is not null
    """)
    admitted, profiles = {}, []
    readable = [resource for (resource,) in connection.sql("select distinct resource_type from places where problem is null order by all").fetchall()]
    for resource in readable:
        tables = [table for table in contract.tables if table.resource == resource]
        connection.execute(
            f"create or replace temporary table unread as select source_line, cast(null as varchar) as column_name from ({_places_of(resource)})"
        )
        for table in tables:
            _admit_to(connection, table, file.clinic_id, contract.system, facts.sha256)
            [(count,)] = connection.sql("select count(*) from admitted").fetchall()
            if not count:
                continue
            admitted[table.name] = count
            profiles += profile_table(connection, "admitted", table)
            if data is not None:
                write_raw(connection, "admitted", data.raw_file(contract.system, table.name, file.clinic_id, facts.sha256))
        connection.execute(f"insert into rejects select source_line, column_name, {_unread_reason_sql(contract, tables)} from unread")
    return replace(facts, admitted=admitted, profiles=tuple(profiles))


def _admit_to(connection: duckdb.DuckDBPyConnection, table: Table, clinic: str, system: str, sha256: str) -> None:
    """Make `admitted`, the rows of one table, and take their resources out of `unread`, which keeps the first column that the others lack."""
    required = [column.raw_name() for column in table.columns if column.required]
    lacks = "case " + " ".join(f"when \"{name}\" is null then '{name}'" for name in required) + " end"
    connection.execute(f"create or replace temporary table admitted as {_rows_sql(table, clinic, system, sha256)}")
    connection.execute(f"""
        create or replace temporary table unread as
        select unread.source_line, coalesce(min(unread.column_name), min(admitted.lacking)) as column_name
        from unread
        left join (select source_line, {lacks} as lacking from admitted) as admitted on unread.source_line = admitted.source_line
        group by unread.source_line
        having count(*) filter (admitted.source_line is not null and admitted.lacking is null) = 0
    """)
    connection.execute(f"delete from admitted where {lacks} is not null")


def _rows_sql(table: Table, clinic: str, system: str, sha256: str) -> str:
    """The select that turns the resources of a table's type into its rows."""
    values = [f'{_value_sql(table, column, clinic, system)} as "{column.raw_name()}"' for column in table.columns if column.raw_name()]
    identities = [
        f'{identity_sql([(table.column(part), _text_sql(table.column(part))) for part in parts], clinic)} as "{name}"' for name, parts in table.identities
    ]
    origin = [f"{sql_text(clinic)} as clinic_id", f"{sql_text(sha256)} as file_sha256", "source_line"]
    rows = f", unnest({elements_sql('content', table.rows)}) as rows(element)" if table.rows else ""
    return f"""
        select {", ".join([*values, *identities, *origin])}
        from resources{rows}, pseudonym_key
        where source_line in ({_places_of(table.resource or "")})
    """


def _places_of(resource: str) -> str:
    return f"select source_line from places where problem is null and resource_type = {sql_text(resource)}"


def _value_sql(table: Table, column: Column, clinic: str, system: str) -> str:
    if column.several:
        texts = _texts_sql(column)
        if column.privacy == "pseudonym":
            texts = f"list_transform({texts}, lambda text: {pseudonym_sql(clinic, system, 'text', ('inner_pad', 'outer_pad'))})"
        return f"nullif(array_to_string({texts}, ' '), '')"
    return raw_value_sql(column, _text_sql(column), None, clinic, system)


def _text_sql(column: Column) -> str:
    """The one text that a column has in a resource."""
    if column.pairs:
        return f"nullif(array_to_string({_texts_sql(column)}, ' '), '')"
    return cleaned_sql(column, f"({_texts_sql(column)})[1]")


def _texts_sql(column: Column) -> str:
    """The list of texts that a column finds in a resource, those left out that may not come in; null or empty when there are none."""
    document = "element" if column.from_row else "content"
    if column.pairs:
        return _pairs_sql(column, document)
    if column.choices:
        return f"[array_to_string({_choices_sql(column.choices, elements_sql(document, column.path[0]))}, ';')]"
    texts = first_matches_sql(document, column.path)
    if column.reference:
        texts = f"list_filter(list_transform({texts}, lambda text: {_referred_sql('text', column.reference)}), lambda text: text is not null)"
    if column.values:
        return f"nullif(list_filter({texts}, lambda text: text in {_listed(column.values)}), [])"
    # of a free text only the code that is found in it comes in
    if column.privacy == "public" and not column.codes:
        texts = f"list_transform({texts}, lambda text: {guarded_sql('trim(text)', column.pattern or CODE_LIKE)})"
    return texts


def _pairs_sql(column: Column, document: str) -> str:
    assert column.pairs is not None
    keys = f"list_transform({first_matches_sql('element', [column.pairs.key])}, lambda key: regexp_extract(key, '[^/]+$'))"
    key = f"list_filter({keys}, lambda key: key in {_listed(column.pairs.keys)})[1]"
    value = guarded_sql(f"trim({first_matches_sql('element', column.pairs.value)}[1])", column.pattern or CODE_LIKE)
    elements = elements_sql(document, column.path[0])
    return f"list_filter(list_transform({elements}, lambda element: {key} || '=' || {value}), lambda pair: pair is not null)"


def _choices_sql(choices: Choices, questions: str) -> str:
    """The list of what each question of a form gives; questions that are neither a choice nor answered by a number are left out.

    A choice gives the number that its words carry, else `p` and its position from 0; nothing when none or several options are chosen. With
    `count_options` it gives how many options there are, and a number that was typed gives nothing.
    """
    options = f"json_extract(question, {sql_text(choices.options + '[*]')})"
    chosen = (
        f"list_filter(range(1, len({options}) + 1), lambda place: json_extract_string(list_extract({options}, place), {sql_text(choices.chosen)}) = 'true')"
    )
    words = f"trim(json_extract_string(list_extract({options}, {chosen}[1]), {sql_text(choices.words)}))"
    number = f"coalesce(nullif(regexp_extract({words}, '{NUMBER_BEFORE}', 1), ''), nullif(regexp_extract({words}, '{NUMBER_BEHIND}', 1), ''))"
    answered = f"case when len({chosen}) = 1 then coalesce({number}, 'p' || ({chosen}[1] - 1)) else '' end"
    typed = f"replace(trim(json_extract_string(question, {sql_text(choices.typed)})), ',', '.')"
    is_typed = f"regexp_full_match({typed}, '[0-9]{{1,3}}([.][0-9]{{1,3}})?')"
    if choices.count_options:
        answered, typed = f"cast(len({options}) as varchar)", "''"
    value = f"case when len({options}) > 0 then {answered} when {is_typed} then {typed} end"
    return f"list_filter(list_transform({questions}, lambda question: {value}), lambda answer: answer is not null)"


def _referred_sql(text: str, resource: str) -> str:
    """The identifier in a reference: `Patient/1`, a URL that ends so, `urn:uuid:1`, `Patient?identifier=system|1`, or the bare value of an identifier."""
    return (
        f"case when contains({text}, '?') then nullif(regexp_extract({text}, '(?:^|/){resource}[?]identifier=(?:[^|]*[|])?([^&]+)', 1), '') "
        f"when starts_with({text}, 'urn:') then regexp_extract({text}, '^urn:(?:uuid|oid):(.+)$', 1) "
        f"when starts_with({text}, '#') then null "
        f"when contains({text}, '/') then nullif(regexp_extract({text}, '(?:^|/){resource}/([^/]+)(?:/_history/.*)?$', 1), '') "
        f"else {text} end"
    )


def _listed(values: Sequence[str]) -> str:
    return f"({', '.join(sql_text(value) for value in values)})"


def _unread_reason_sql(contract: SourceContract, tables: Sequence[Table]) -> str:
    """Why a resource gives no row, by the column that it lacks."""
    reasons = {}
    for column in (column for table in tables for column in table.columns if column.required):
        is_choice = column.values or column.pairs or column.from_row or column.only_codes
        reasons[column.name] = f"none of the values at {column.path[0]} is read from {contract.system}" if is_choice else f"it has no value at {column.path[0]}"
    cases = " ".join(f"when {sql_text(name)} then {sql_text(reason)}" for name, reason in reasons.items())
    return f"case column_name {cases} else 'nothing in it is read from {contract.system}' end"


def _warnings(connection: duckdb.DuckDBPyConnection, contract: SourceContract, form: Form) -> tuple[str, ...]:
    types = connection.sql(f"select distinct resource_type from places where regexp_full_match(resource_type, '{form.type_name}') order by all").fetchall()
    known = {table.resource for table in contract.tables}
    unread = [resource for (resource,) in types if resource not in known]
    return (f"resources that are not read: {', '.join(unread[:SHOWN_TYPES])}",) if unread else ()


def _check_not_cut_off(connection: duckdb.DuckDBPyConnection, content: FileBytes) -> None:
    """RefusedFile when the last line is broken and has no end: the file was cut off on its way."""
    [(line, problem)] = connection.sql("select max(source_line), max_by(problem, source_line) from places").fetchall()
    if not content.ends_with_newline and problem == "not valid JSON":
        raise RefusedFile(f"line {line}: the file ends in the middle of a resource; it was cut off, please send it again")
