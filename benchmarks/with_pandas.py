"""What people would write instead, in pandas: the same monthly rates of each clinic as the script in SQL, with everything in memory."""

import sys
from pathlib import Path

import pandas as pd

from benchmarks.national_year import YEAR

CUTOFF = {"720433000": 10, "445455005": 8}
RELIABLE_CHANGE = {"720433000": 6, "445455005": 4}
HIGHEST = {"720433000": 27, "445455005": 21}


def _read(inbox: Path, table: str, columns: list[str], dates: list[str]) -> pd.DataFrame:
    text = {name: "str" for name in ("AttendOrDNACode", "AppType", "CodedAssToolType") if name in columns}
    frames = []
    for path in sorted(inbox.glob(f"*/nhs_iapt/{YEAR.delivered_on}/{table}.csv")):
        frame = pd.read_csv(path, usecols=columns, dtype=text, parse_dates=dates)
        frames.append(frame.assign(clinic=path.parents[2].name))
    return pd.concat(frames, ignore_index=True).astype({"clinic": "category"})


def _scores(inbox: Path, contacts: pd.DataFrame) -> pd.DataFrame:
    activity = _read(inbox, "IDS607CodedScoreAssessmentAct", ["PathwayID", "Unique_CareContactID", "CodedAssToolType", "PersScore"], [])
    activity = activity[activity["CodedAssToolType"].isin(CUTOFF)]
    activity = activity.merge(contacts[["clinic", "Unique_CareContactID", "CareContDate"]], on=["clinic", "Unique_CareContactID"])
    referral = _read(inbox, "IDS606CodedScoreAssessmentRefer", ["PathwayID", "CodedAssToolType", "PersScore", "AssToolCompDate"], ["AssToolCompDate"])
    referral = referral[referral["CodedAssToolType"].isin(CUTOFF)]
    columns = ["clinic", "PathwayID", "tool", "score", "measured_on"]
    names = {"CodedAssToolType": "tool", "PersScore": "score"}
    return pd.concat(
        [
            activity.rename(columns={**names, "CareContDate": "measured_on"})[columns],
            referral.rename(columns={**names, "AssToolCompDate": "measured_on"})[columns],
        ],
        ignore_index=True,
    )


def _pairs(inbox: Path) -> pd.DataFrame:
    """First and last scores by pathway and tool, of finished courses of treatment."""
    referrals = _read(inbox, "IDS101Referral", ["PathwayID", "ServDischDate"], ["ServDischDate"]).dropna(subset=["ServDischDate"])
    columns = ["Unique_CareContactID", "PathwayID", "CareContDate", "AttendOrDNACode", "AppType"]
    contacts = _read(inbox, "IDS201CareContact", columns, ["CareContDate"])
    treated = contacts[contacts["AttendOrDNACode"].isin(["05", "06"]) & contacts["AppType"].isin(["02", "03", "05"])]
    key = ["clinic", "PathwayID"]
    treatments = treated.groupby(key, observed=True)["CareContDate"].agg(first_treatment_on="min", treatments="count").reset_index()
    courses = referrals.merge(treatments[treatments["treatments"] >= 2], on=key)
    scores = _scores(inbox, contacts).merge(courses, on=key)
    scores = scores[(scores["measured_on"] <= scores["ServDischDate"]) & (scores["score"] <= scores["tool"].map(HIGHEST).astype("int64"))]
    scores = scores.sort_values("measured_on", kind="stable")
    key = [*key, "tool"]
    last = scores.groupby(key, observed=True).last()
    first = scores[scores["measured_on"] <= scores["first_treatment_on"]].groupby(key, observed=True).first()
    first = first.rename(columns={"score": "score_first", "measured_on": "measured_on_first"})
    pairs = last.join(first[["score_first", "measured_on_first"]], how="inner")
    return pairs[pairs["measured_on"] > pairs["measured_on_first"]].reset_index()


def main() -> None:
    """Read the inbox of the first argument, write the rates to the file of the second."""
    pairs = _pairs(Path(sys.argv[1]))
    cutoff, change = pairs["tool"].map(CUTOFF).astype("int64"), pairs["tool"].map(RELIABLE_CHANGE).astype("int64")
    marks = pairs.assign(
        month=pairs["ServDischDate"].dt.to_period("M").dt.to_timestamp().dt.date,
        tools=1,
        clinical_first=pairs["score_first"] >= cutoff,
        clinical_last=pairs["score"] >= cutoff,
        better=pairs["score_first"] - pairs["score"] >= change,
        worse=pairs["score"] - pairs["score_first"] >= change,
    )
    measures = {"tools": "sum", "clinical_first": "max", "clinical_last": "max", "better": "max", "worse": "max"}
    courses = marks.groupby(["clinic", "month", "PathwayID"], observed=True).agg(measures).reset_index()
    courses = courses[courses["tools"] == len(CUTOFF)]
    flags = courses.assign(
        paired=1,
        at_caseness=courses["clinical_first"],
        recovered=courses["clinical_first"] & ~courses["clinical_last"],
        reliably_improved=courses["better"] & ~courses["worse"],
        reliably_deteriorated=courses["worse"] & ~courses["better"],
    )
    rates = ["paired", "at_caseness", "recovered", "reliably_improved", "reliably_deteriorated"]
    flags.groupby(["clinic", "month"], observed=True)[rates].sum().reset_index().to_csv(sys.argv[2], index=False)


if __name__ == "__main__":
    main()
