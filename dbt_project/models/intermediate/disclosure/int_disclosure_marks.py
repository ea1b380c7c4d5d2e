# Which cells are hidden, table by table: a choice that depends on all cells of a table at once, which SQL cannot make.
import pyarrow

from pipelines.disclosure import hidden_cells


def model(dbt, session):
    dbt.config(materialized="table")
    parameters = dbt.ref("int_benchmark_parameters").to_arrow_table().to_pylist()[0]
    disclosure = dbt.source("inputs", "parameters").to_arrow_table().to_pylist()[0]["disclosure"]
    cells = dbt.ref("int_disclosure_cells").order("table_id, clinic_id, part").to_arrow_table().to_pylist()
    marks = hidden_cells(cells, int(parameters[f"suppressed_up_to_{disclosure}"]))
    schema = pyarrow.schema([("table_id", "string"), ("clinic_id", "string"), ("part", "string")])
    return pyarrow.Table.from_pylist(marks, schema=schema)
