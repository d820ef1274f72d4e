"""A diagnosis as text and as a picture."""

from functools import partial

import dlcore as dl
import numpy as np
import pytest
import situations
from dlcore.validation import Diagnosis, Measure, Step, Verdict
from situations import diagnosed


def test_the_report():
    found = diagnosed(situations.model_bias())
    lines = str(found).splitlines()
    assert lines[0] == "Verdict: model bias"
    assert lines[2] == "Good: loss at most 0.05"
    assert lines[3] == f"- Good on training data? No: loss {found.asked.train.mean():.4g}"
    assert [line.split("  ")[0] for line in lines[lines.index("") :] if "+-" in line][1:] == list(found.trials)
    assert lines[-2:] == [f"{number}. {text}" for number, text in enumerate(found.advice, 1)]


def several_constraints():
    """A situation whose trials have many names, and long ones."""
    decaying = partial(dl.optim.Adam, lr=0.01, weight_decay=0.1)
    return situations.deep_dropout() | {"optimizer": decaying, "target": 0.001, "epochs": 2}


def test_the_short_form_has_the_numbers_but_no_arrays():
    found = diagnosed(situations.done())
    assert repr(found).startswith(f"<Diagnosis: done; loss: train {found.asked.train.mean():.4g}, validation 0.")
    assert repr(found).endswith("; 1 trained>")
    assert "curves" not in repr(found.asked)
    assert "models" not in repr(found.asked)


@pytest.mark.parametrize("situation", [situations.model_bias, situations.mismatch, several_constraints])
def test_picture(situation):
    found = diagnosed(situation())
    ax = found.plot()
    curves, path = ax.child_axes
    names = [text.get_text().replace("\n", " ") for text in curves.get_legend().get_texts()]
    assert set(found.trials) <= set(names)
    texts = [text.get_text() for text in path.texts]
    assert texts[-1].replace("\n", " ") == found.verdict
    for step in found.path:
        assert any(text.startswith(step.question) for text in texts)
    ax.figure.draw_without_rendering()
    legend, bottom = curves.get_legend().get_window_extent(), curves.xaxis.get_tightbbox().y0
    assert legend.y1 <= bottom  # it covers no curve
    assert legend.y0 >= 0
    assert found.plot(ax) is ax


def test_a_question_is_written_down():
    found = Diagnosis(Verdict.DONE, Measure("loss", "min", 0.1), {})
    assert found.ask("Well?", True, "0.1")
    assert not found.ask("Really?", False, "0.2")
    assert found.path == [Step("Well?", True, "0.1"), Step("Really?", False, "0.2")]
    assert found.ask("NumPy's?", np.float64(1) > 0, "1") is True
