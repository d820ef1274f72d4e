"""A loop written by hand and fit give the same bits."""

import dlcore as dl
import numpy as np
import pytest
from dlcore import nn
from dlcore.data import DataLoader, TensorDataset
from dlcore.nn import functional as F
from dlcore.train import (
    Accuracy,
    ClipGradNorm,
    ClipGradValue,
    ExponentialMovingAverage,
    Schedule,
    evaluate,
    fit,
)


def data():
    generator = dl.Generator().manual_seed(0)
    x = dl.randn(53, 4, generator=generator)
    return TensorDataset(x, (x.sum(1) > 0).to(dl.int64))


def build():
    dl.manual_seed(0)
    model = nn.Sequential(nn.Linear(4, 16), nn.ReLU(), nn.Dropout(0.2), nn.Linear(16, 2))
    return model, dl.optim.Adam(model.parameters(), lr=0.01)


def bits(model):
    return nn.utils.parameters_to_vector(model.parameters()).detach().numpy()


@pytest.mark.parametrize("num_workers", [0, 2])
def test_the_loop_of_the_readme(num_workers):
    model, optimizer = build()
    loader = DataLoader(data(), batch_size=8, shuffle=True)
    for _ in range(5):
        for x, y in loader:
            loss = F.cross_entropy(model(x), y)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
    by_hand = bits(model)

    model, optimizer = build()
    loader = DataLoader(data(), batch_size=8, shuffle=True, num_workers=num_workers)
    run = fit(model, loader, F.cross_entropy, optimizer, epochs=5)
    np.testing.assert_array_equal(bits(model), by_hand)
    assert run.last_loss == loss.item()
    assert (run.epoch, run.batch, run.step) == (5, 0, 35)


def test_with_everything():
    """Validation, metrics, a schedule, clipping and an average, as they are written by hand."""
    whole, held_out = data(), DataLoader(data(), 20)
    model, optimizer = build()
    loader = DataLoader(whole, batch_size=8, shuffle=True)
    scheduler = dl.optim.lr_scheduler.LinearLR(optimizer, total_iters=20)
    average = dl.optim.swa_utils.AveragedModel(model, multi_avg_fn=dl.optim.swa_utils.get_ema_multi_avg_fn(0.9))
    history = []
    for epoch in range(4):
        model.train()
        total, right = 0.0, 0
        for x, y in loader:
            scores = model(x)
            loss = F.cross_entropy(scores, y)
            optimizer.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(model.parameters(), 0.5)
            nn.utils.clip_grad_value_(model.parameters(), 0.1)
            optimizer.step()
            average.update_parameters(model)
            total += loss.item() * len(y)
            right += (scores.argmax(1) == y).sum().item()
            scheduler.step()
        average.eval()
        val_total, val_right = 0.0, 0
        with dl.no_grad():
            for x, y in held_out:
                scores = average(x)
                val_total += F.cross_entropy(scores, y).item() * len(y)
                val_right += (scores.argmax(1) == y).sum().item()
        history.append(
            {
                "epoch": epoch + 1,
                "loss": total / 53,
                "accuracy": right / 53,
                "val_loss": val_total / 53,
                "val_accuracy": val_right / 53,
                "lr": scheduler.get_last_lr()[0],
            }
        )
    by_hand, averaged = bits(model), bits(average)

    model, optimizer = build()
    follower = ExponentialMovingAverage(model, 0.9)
    run = fit(
        model,
        DataLoader(whole, batch_size=8, shuffle=True),
        F.cross_entropy,
        optimizer,
        4,
        validation=held_out,
        metrics={"accuracy": Accuracy()},
        callbacks=[
            ClipGradNorm(0.5),
            ClipGradValue(0.1),
            follower,
            Schedule(dl.optim.lr_scheduler.LinearLR(optimizer, total_iters=20), "step"),
        ],
    )
    assert run.history == history
    np.testing.assert_array_equal(bits(model), by_hand)
    np.testing.assert_array_equal(bits(follower.model), averaged)
    again = evaluate(follower.model, held_out, F.cross_entropy, {"accuracy": Accuracy()})
    assert again == {"loss": history[-1]["val_loss"], "accuracy": history[-1]["val_accuracy"]}
