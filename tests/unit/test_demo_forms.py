"""Filled-in questionnaires: answers add up to totals, gaps are prorated by the published rules, no answer leaves its range."""

import numpy as np
import pytest

from pipelines.demo.forms import MISSING, NOT_APPLICABLE, SCALES, form_bank


@pytest.mark.parametrize("measure", SCALES)
def test_answers_stay_in_range_and_add_up_to_the_total_asked_for(measure):
    bank = form_bank(measure)
    scale, items = bank.scale, len(bank.scale.weights)
    totals = np.arange(scale.low * items, scale.high * items + 1)
    answers = bank.answers[bank.complete(totals, np.random.default_rng(1))]
    assert answers.sum(axis=1).tolist() == totals.tolist()
    assert answers.min() >= scale.low and answers.max() <= scale.high


@pytest.mark.parametrize("measure", SCALES)
def test_a_printed_total_is_the_sum_of_its_answers(measure):
    bank = form_bank(measure)
    is_printed = ~np.isnan(bank.total)
    sums = np.where(bank.answers >= 0, bank.answers, 0).sum(axis=1) * bank.scale.unit
    assert np.allclose(bank.total[is_printed], sums[is_printed])
    assert not (bank.answers[is_printed] == MISSING).any()


def test_swemwbs_prints_no_total_because_the_raw_sum_is_not_its_score():
    assert np.isnan(form_bank("swemwbs").total).all()


def test_forms_of_the_same_total_differ():
    bank = form_bank("phq9")
    forms = bank.answers[bank.complete(np.full(50, 15), np.random.default_rng(1))]
    assert len({tuple(form) for form in forms.tolist()}) > 8


def test_one_missing_answer_of_the_phq9_is_prorated_and_rounded_half_up():
    bank = form_bank("phq9")
    forms = bank.with_gap(np.arange(28), np.random.default_rng(1))
    for answers, score in zip(bank.answers[forms].tolist(), bank.score[forms].tolist(), strict=True):
        given = [answer for answer in answers if answer != MISSING]
        assert len(given) == 8
        assert score == int(sum(given) * 9 / 8 + 0.5)


def test_three_missing_answers_of_the_phq9_cannot_be_scored():
    bank = form_bank("phq9")
    forms = bank.with_too_many_gaps(np.arange(28), np.random.default_rng(1))
    assert ((bank.answers[forms] == MISSING).sum(axis=1) == 3).all()
    assert np.isnan(bank.score[forms]).all()


def test_wsas_without_work_sums_the_other_four_items():
    bank = form_bank("wsas")
    forms = bank.without_first_item(np.array([0, 18, 32]), np.random.default_rng(1))
    assert (bank.answers[forms, 0] == NOT_APPLICABLE).all()
    assert bank.answers[forms, 1:].sum(axis=1).tolist() == [0, 18, 32]
    assert bank.total[forms].tolist() == [0, 18, 32]
