"""Recurrent layers forward and backward, the gradient of the input included: 32 sequences of 50 steps; and CTC."""

from typing import Any

from .case import Step

N, T, FEATURES, HIDDEN = 32, 50, 64, 128


def _layer(kind: str, name: str, quick: bool = False, **options: Any) -> Step:
    def build(lib, compiled):
        layer = compiled(getattr(lib.nn, kind)(FEATURES, HIDDEN, batch_first=True, **options))
        x = lib.randn(N, T, FEATURES).requires_grad_()
        return lambda: layer(x)[0].sum().backward()

    return Step(f"recurrence/{name}", build, compiles=True, quick=quick)


def _ctc(lib, _):
    log_probs = lib.randn(100, 32, 40).log_softmax(2).detach().requires_grad_()
    targets = lib.randint(1, 40, (32, 20))
    return lambda: lib.nn.functional.ctc_loss(log_probs, targets, [100] * 32, [20] * 32).backward()


CASES = [
    _layer("LSTM", "lstm", quick=True),
    _layer("GRU", "gru"),
    _layer("RNN", "rnn"),
    _layer("LSTM", "lstm_two_layers_both_ways", num_layers=2, bidirectional=True),
    Step("recurrence/ctc", _ctc),
]
