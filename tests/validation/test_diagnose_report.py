"""A diagnosis as text and as a picture."""

import pytest
import situations
from dlcore.validation import Diagnosis, Measure, Step, Verdict
from situations import diagnosed

pytest.importorskip("sklearn")


def test_the_report():
    found = diagnosed(situations.model_bias())
    lines = str(found).splitlines()
    assert lines[0] == "Verdict: model bias"
    assert lines[2] == "Good: loss at most 0.05"
    assert lines[3] == f"- Good on training data? No: loss {found.asked.train.mean():.4g}"
    assert [line.split("  ")[0] for line in lines[lines.index("") :] if "+-" in line][1:] == list(found.trials)
    assert lines[-2:] == [f"{number}. {text}" for number, text in enumerate(found.advice, 1)]


@pytest.mark.parametrize("situation", [situations.model_bias, situations.mismatch, situations.too_large_steps])
def test_picture(situation):
    pytest.importorskip("matplotlib")
    found = diagnosed(situation())
    ax = found.plot()
    curves, path = ax.child_axes
    names = [text.get_text() for text in curves.get_legend().get_texts()]
    assert set(found.trials) <= set(names)
    texts = [text.get_text() for text in path.texts]
    assert texts[-1].replace("\n", " ") == found.verdict
    for step in found.path:
        assert any(text.startswith(step.question) for text in texts)
    ax.figure.draw_without_rendering()
    assert found.plot(ax) is ax


def test_a_question_is_written_down():
    found = Diagnosis(Verdict.DONE, Measure("loss", "min", 0.1), {})
    assert found.ask("Well?", True, "0.1")
    assert not found.ask("Really?", False, "0.2")
    assert found.path == [Step("Well?", True, "0.1"), Step("Really?", False, "0.2")]
