"""Constraints: which ones are seen, which are too rigid, and which are needed."""

from functools import partial

import dlcore as dl
import pytest
import situations
from dlcore import nn
from dlcore.data import TensorDataset
from dlcore.models import MLP
from dlcore.validation import Recipe, Verdict
from dlcore.validation.alternatives import alternatives
from dlcore.validation.constraints import visible_constraints, without
from situations import BAD_HERE, BY_HEART, CONSTRAINT, SMALLER, diagnosed, questions, roles


@pytest.mark.parametrize("seed", [0, 1])
@pytest.mark.parametrize(
    ("situation", "name"),
    [
        (situations.weight_decay, "no weight decay (0.5)"),
        (situations.shared_weights, "no shared weights"),
        (situations.deep_dropout, "no dropout (0.7)"),
        (situations.deep_weight_decay, "no weight decay (0.03)"),
    ],
)
def test_too_rigid_a_constraint(situation, name, seed):
    found = diagnosed(situation(), seed=seed)
    assert found.verdict == Verdict.RIGID_CONSTRAINT
    assert questions(found) == [BAD_HERE, (CONSTRAINT, True)]
    assert found.decisive.name == name
    assert found.advice[0].startswith(f"Relax it. With {name} the training loss is")
    assert found.decisive.validation.mean() < found.asked.validation.mean()


def test_of_a_deep_family_the_smaller_one_is_less_constrained():
    """So that the larger cannot do what the smaller does, and nothing is proved by it."""
    situation = situations.deep_dropout()
    small, large = (
        Recipe(partial(situation["family"], layers), situation["loss_fn"], situations.FAST, situation["epochs"])
        for layers in (1, 6)
    )
    data = TensorDataset(*situation["train"])
    losses = [recipe.evaluate(recipe.fit(data).model, data)["loss"] for recipe in (small, large)]
    assert losses[0] < 0.7 * losses[1]


@pytest.mark.parametrize("seed", [0, 2])
def test_failed_optimization_under_a_constraint_without_consequence(seed):
    found = diagnosed(situations.failed_under_weight_decay(), seed=seed)
    assert found.verdict == Verdict.FAILED_OPTIMIZATION
    assert questions(found) == [BAD_HERE, (CONSTRAINT, False), (SMALLER, True)]
    assert found.decisive.name == "1 (smaller), no weight decay (1e-05)"
    assert "; no weight decay (1e-05): 0.6" in found.path[-1].evidence


@pytest.mark.parametrize("seed", [0, 1])
def test_a_needed_constraint_is_overfitting(seed):
    """With all that is tried by itself: no optimizer is advised because it would drop the weight decay."""
    found = diagnosed(situations.needed_weight_decay(), seed=seed)
    assert questions(found) == [BAD_HERE, (CONSTRAINT, False), (BY_HEART, True)]
    assert found.verdict == Verdict.OVERFITTING
    (relaxed,) = found.by_role("relaxed")
    assert found.decisive is relaxed
    assert relaxed.train.mean() < found.asked.train.mean()
    assert relaxed.validation.mean() > found.asked.validation.mean()
    assert roles(found) == ["asked", "relaxed", "smaller", "half"]
    assert found.advice[0].startswith("More training data")
    assert found.advice[1].startswith("Keep the constraint until then: with no weight decay (0.2) the training loss is")
    assert not any("Weight decay and dropout" in text for text in found.advice)


def alternatives_of(recipe, **options):
    defaults = {"family": lambda size: recipe.model(), "size": 4, "sizes": None, "relaxed": None, "optimizers": None}
    return alternatives(recipe, **defaults | options)


def dropouts(model):
    return {module.p for module in model.modules() if isinstance(module, nn.Dropout)}


def test_constraints_are_found_and_taken_away():
    def model(width=8):
        return MLP(2, [width, width, 2], dropout=0.4)

    recipe = Recipe(model, nn.CrossEntropyLoss(), lambda p: dl.optim.Adam(p, lr=0.5, weight_decay=0.1))
    relaxed = alternatives_of(recipe, family=model).relaxed
    assert list(relaxed) == ["no weight decay (0.1)", "no dropout (0.4)", "no weight decay, no dropout"]
    decays, rates = [], []
    for other in relaxed.values():
        group = other.optimizer(model().parameters()).param_groups[0]
        assert group["lr"] == 0.5
        decays.append(group["weight_decay"])
        rates.append(dropouts(other.model()))
    assert (decays, rates) == ([0.0, 0.1, 0.0], [{0.4}, {0.0}, {0.0}])


def test_constraints_with_a_name_are_taken_away_alone_and_with_those_that_are_seen():
    recipe = Recipe(
        lambda: MLP(2, [8, 2], dropout=0.4), nn.CrossEntropyLoss(), lambda p: dl.optim.Adam(p, weight_decay=0.1)
    )
    found = alternatives_of(recipe, relaxed={"narrowness": lambda size: MLP(2, [9, 2], dropout=0.4)})
    assert list(found.relaxed)[2:] == [
        "no narrowness",
        "no weight decay, no dropout",
        "no narrowness, no weight decay, no dropout",
    ]
    last = list(found.relaxed.values())[-1]
    assert next(last.model().parameters()).shape[0] == 9
    assert dropouts(last.model()) == {0.0}
    assert last.optimizer(last.model().parameters()).param_groups[0]["weight_decay"] == 0.0
    assert found.free == "no weight decay, no dropout"
    (smaller,) = found.free_smaller
    assert smaller == "1 (smaller), no weight decay, no dropout"


def test_two_constraints_that_hold_together():
    """Either one alone leaves nothing to be learnt; only without both of them it is."""
    situation = situations.deep_dropout() | {
        "optimizer": partial(dl.optim.Adam, lr=0.01, weight_decay=0.1),
        "sizes": (None, None),
    }
    found = diagnosed(situation)
    assert found.verdict == Verdict.RIGID_CONSTRAINT
    assert found.decisive.name == "no weight decay, no dropout"
    assert len(found.by_role("relaxed")) == 3


@pytest.mark.parametrize("p", [0.3, 1])
@pytest.mark.parametrize(
    "make",
    [
        lambda p: nn.Dropout2d(p),
        lambda p: nn.LSTM(3, 4, num_layers=2, dropout=p),
        lambda p: nn.GRU(3, 4, num_layers=2, dropout=p),
        lambda p: nn.MultiheadAttention(4, 2, dropout=p),
        lambda p: nn.TransformerEncoderLayer(4, 2, 8, dropout=p),
        lambda p: nn.GATConv(3, 4, dropout=p),
    ],
)
def test_dropout_is_found_wherever_a_module_keeps_it(make, p):
    def rates(model):
        kept = [getattr(module, name, 0) for module in model.modules() for name in ("p", "dropout")]
        return [rate for rate in kept if isinstance(rate, (int, float))]

    def network():
        return nn.Sequential(make(p), nn.Linear(4, 4))

    recipe = Recipe(network, nn.MSELoss())
    (constraint,) = visible_constraints(recipe)
    assert (constraint.name, constraint.strength) == ("dropout", p)
    assert max(rates(recipe.model())) == p
    assert set(rates(without(recipe, [constraint]).model())) == {0}


def test_a_network_without_dropout_has_no_constraint():
    class Switch(nn.Linear):
        dropout = True  # a flag is no rate

    for make in (Switch, nn.Linear):
        assert visible_constraints(Recipe(lambda make=make: make(2, 2), nn.CrossEntropyLoss())) == []


def test_dropout_of_a_recurrent_layer_may_be_too_rigid():
    class Last(nn.Module):
        """Read a sequence, and answer at its end."""

        def __init__(self, width):
            super().__init__()
            self.read = nn.LSTM(1, width, num_layers=3, dropout=0.95, batch_first=True)
            self.answer = nn.Linear(width, 2)

        def forward(self, x):
            return self.answer(self.read(x)[0][:, -1])

    def sequences(seed):
        x = dl.randn(300, 6, 1, generator=dl.Generator().manual_seed(seed))
        return x, (x.sum((1, 2)) > 0).long()

    situation = situations.deep_dropout() | {"family": Last, "size": 8, "train": sequences(0), "test": sequences(1)}
    found = diagnosed(situation, epochs=15, sizes=(None, None), optimizers={})
    assert found.verdict == Verdict.RIGID_CONSTRAINT
    assert found.decisive.name == "no dropout (0.95)"


@pytest.mark.parametrize(
    ("asked", "decoupled"),
    [(dl.optim.Adam, False), (dl.optim.AdamW, True), (dl.optim.Lion, True), (dl.optim.SGD, False)],
)
def test_other_optimizers_keep_weight_decay_and_groups(asked, decoupled):
    def groups(parameters):
        *weights, bias = parameters
        return asked([{"params": weights, "weight_decay": 0.3}, {"params": [bias], "weight_decay": 0.0}], lr=1e-4)

    recipe = Recipe(lambda: nn.Linear(2, 2), nn.CrossEntropyLoss(), groups)
    found = alternatives_of(recipe).optimizers
    assert list(found) == ["Adam, lr 0.001", "Adam, lr 0.01", "SGD, lr 0.1, momentum 0.9", "3 x 20 epochs"]
    made = [other.optimizer(recipe.model().parameters()) for other in list(found.values())[:3]]
    for optimizer, lr in zip(made, (1e-3, 1e-2, 0.1), strict=True):
        assert [group["weight_decay"] for group in optimizer.param_groups] == [0.3, 0.0]
        assert [len(group["params"]) for group in optimizer.param_groups] == [1, 1]
        assert all(group["lr"] == lr for group in optimizer.param_groups)
        assert optimizer.param_groups[0].get("decoupled_weight_decay", decoupled) == decoupled
    assert [type(optimizer) for optimizer in made] == [dl.optim.Adam, dl.optim.Adam, dl.optim.SGD]


def test_optimizers_that_were_asked_for_are_taken_as_they_are():
    recipe = Recipe(lambda: nn.Linear(2, 2), nn.MSELoss(), partial(dl.optim.Adam, weight_decay=0.3))
    tried = alternatives_of(recipe, optimizers={"SGD": dl.optim.SGD}).optimizers["SGD"]
    assert tried.optimizer(recipe.model().parameters()).param_groups[0]["weight_decay"] == 0.0


def test_sizes_around():
    recipe = Recipe(lambda: nn.Linear(2, 2), nn.MSELoss())
    for size, smaller, larger in ((16, ["4"], ["64", "128", "256"]), (1, [], ["4", "8", "16"])):
        found = alternatives_of(recipe, size=size)
        assert [name.split()[0] for name in found.smaller] == smaller
        assert [name.split()[0] for name in found.larger] == larger
    named = dict.fromkeys("abcd", recipe.model)
    found = alternatives_of(recipe, family=named, size="b")
    assert (list(found.smaller), list(found.larger)) == (["a (smaller)"], ["c (larger)", "d (larger)"])
