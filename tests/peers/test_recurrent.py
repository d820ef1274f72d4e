"""Recurrent layers and packed sequences beside PyTorch's, with PyTorch's own state."""

import dlcore as dl
import numpy as np
import pytest
from dlcore import nn
from dlcore.nn.utils import rnn

torch = pytest.importorskip("torch", reason="PyTorch is the other side of every comparison here")

LAYERS = {"RNN": {}, "ReLU": {"nonlinearity": "relu"}, "LSTM": {}, "projected": {"proj_size": 4}, "GRU": {}}
CLASSES = {"ReLU": "RNN", "projected": "LSTM"}
LENGTHS = [3, 6, 1, 6]
T, N, D, H = 6, 4, 5, 7


def pair(kind, **options):
    name = CLASSES.get(kind, kind)
    theirs = getattr(torch.nn, name)(D, H, **options, **LAYERS[kind]).double()
    ours = getattr(nn, name)(D, H, **options, **LAYERS[kind], dtype=dl.float64)
    assert list(ours.state_dict()) == list(theirs.state_dict())
    ours.load_state_dict({name: dl.from_numpy(x.numpy()) for name, x in theirs.state_dict().items()})
    return ours, theirs


def same(ours, theirs, what=""):
    np.testing.assert_allclose(ours.detach().numpy(), theirs.detach().numpy(), rtol=1e-10, atol=1e-12, err_msg=what)


def compare(ours, theirs, call):
    """Compare what call(layer, library) returns, a list of results and one of inputs, and all gradients."""
    (ys, xs), (zs, us) = call(ours, dl), call(theirs, torch)
    sum((y.sin()).sum() for y in ys).backward()
    sum((z.sin()).sum() for z in zs).backward()
    for y, z in zip(ys, zs, strict=True):
        same(y, z)
    for x, u in zip(xs, us, strict=True):
        same(x.grad, u.grad, "input")
    for (name, p), (_, q) in zip(ours.named_parameters(), theirs.named_parameters(), strict=True):
        same(p.grad, q.grad, name)


def variables(library, layer, *shapes):
    rng = np.random.default_rng(0)
    make = dl.from_numpy if library is dl else torch.from_numpy
    return [make(rng.standard_normal(shape)).requires_grad_() for shape in shapes]


def flat(y, states):
    return [y, *(states if isinstance(states, tuple) else [states])]


@pytest.mark.parametrize("bidirectional", [False, True])
@pytest.mark.parametrize("num_layers", [1, 3])
@pytest.mark.parametrize("options", [{}, {"bias": False, "batch_first": True}], ids=str)
@pytest.mark.parametrize("kind", LAYERS)
def test_layer(kind, options, num_layers, bidirectional):
    ours, theirs = pair(kind, num_layers=num_layers, bidirectional=bidirectional, **options)
    count = num_layers * (1 + bidirectional)
    size = theirs.proj_size or H
    shapes = [(N, T, D) if theirs.batch_first else (T, N, D), (count, N, size)]
    shapes += [(count, N, H)] if theirs.mode == "LSTM" else []

    def with_states(layer, library):
        x, *hx = xs = variables(library, layer, *shapes)
        return flat(*layer(x, tuple(hx) if len(hx) == 2 else hx[0])), xs

    def without(layer, library):
        xs = variables(library, layer, shapes[0])
        return flat(*layer(xs[0])), xs

    def unbatched(layer, library):
        xs = variables(library, layer, (T, D))
        return flat(*layer(xs[0])), xs

    for call in (with_states, without, unbatched):
        ours.zero_grad()
        theirs.zero_grad()
        compare(ours, theirs, call)


@pytest.mark.parametrize("enforce_sorted", [False, True])
@pytest.mark.parametrize("kind", LAYERS)
def test_packed_sequences(kind, enforce_sorted):
    ours, theirs = pair(kind, num_layers=2, bidirectional=True)
    lengths = sorted(LENGTHS, reverse=True) if enforce_sorted else LENGTHS
    size = theirs.proj_size or H
    shapes = [(T, N, D), (4, N, size)] + ([(4, N, H)] if theirs.mode == "LSTM" else [])

    def call(layer, library):
        utils = rnn if library is dl else torch.nn.utils.rnn
        x, *hx = xs = variables(library, layer, *shapes)
        packed = utils.pack_padded_sequence(x, lengths, enforce_sorted=enforce_sorted)
        y, states = layer(packed, tuple(hx) if len(hx) == 2 else hx[0])
        padded, out_lengths = utils.pad_packed_sequence(y)
        assert out_lengths.tolist() == lengths
        return flat(padded, states), xs

    compare(ours, theirs, call)


def test_lengths_are_a_packed_sequence():
    ours, theirs = pair("GRU", batch_first=True, bidirectional=True)

    def call(layer, library):
        (x,) = xs = variables(library, layer, (N, T + 2, D))
        if library is dl:
            return flat(*layer(x, lengths=LENGTHS)), xs
        packed = torch.nn.utils.rnn.pack_padded_sequence(x, LENGTHS, batch_first=True, enforce_sorted=False)
        y, h = layer(packed)
        return [torch.nn.utils.rnn.pad_packed_sequence(y, batch_first=True, total_length=T + 2)[0], h], xs

    compare(ours, theirs, call)


@pytest.mark.parametrize("batch_first", [False, True])
def test_packing(batch_first):
    x = np.arange(T * N * 2.0).reshape((N, T, 2) if batch_first else (T, N, 2))
    ours = rnn.pack_padded_sequence(dl.tensor(x), LENGTHS, batch_first, enforce_sorted=False)
    theirs = torch.nn.utils.rnn.pack_padded_sequence(torch.tensor(x), LENGTHS, batch_first, enforce_sorted=False)
    assert ours._fields == theirs._fields
    assert ours.batch_sizes.tolist() == theirs.batch_sizes.tolist()
    for options in ({}, {"padding_value": -1.0, "total_length": 9}):
        ys = rnn.pad_packed_sequence(ours, batch_first, **options)
        zs = torch.nn.utils.rnn.pad_packed_sequence(theirs, batch_first, **options)
        for y, z in zip(ys, zs, strict=True):
            np.testing.assert_array_equal(y.numpy(), z.numpy())


@pytest.mark.parametrize("padding_side", ["left", "right"])
@pytest.mark.parametrize("batch_first", [False, True])
def test_padding(batch_first, padding_side):
    arrays = [np.arange(2.0 * n).reshape(n, 2) for n in LENGTHS]
    ours = rnn.pad_sequence([dl.tensor(a) for a in arrays], batch_first, -1.0, padding_side)
    theirs = torch.nn.utils.rnn.pad_sequence([torch.tensor(a) for a in arrays], batch_first, -1.0, padding_side)
    np.testing.assert_array_equal(ours.numpy(), theirs.numpy())


@pytest.mark.parametrize("kind", ["RNN", "ReLU", "LSTM", "GRU"])
@pytest.mark.parametrize("batch", [(), (3,)])
def test_cell(kind, batch):
    name = CLASSES.get(kind, kind) + "Cell"
    theirs = getattr(torch.nn, name)(D, H, **LAYERS[kind]).double()
    ours = getattr(nn, name)(D, H, **LAYERS[kind], dtype=dl.float64)
    assert list(ours.state_dict()) == list(theirs.state_dict())
    ours.load_state_dict({name: dl.from_numpy(x.numpy()) for name, x in theirs.state_dict().items()})

    def call(layer, library):
        x, *hx = xs = variables(library, layer, (*batch, D), *[(*batch, H)] * (2 if kind == "LSTM" else 1))
        first = layer(x, tuple(hx) if kind == "LSTM" else hx[0])
        second = layer(x)
        return (list(first + second) if kind == "LSTM" else [first, second]), xs

    compare(ours, theirs, call)


def test_initial_weights_have_pytorchs_distribution():
    for name in ("RNN", "LSTM", "GRU"):
        ours, theirs = getattr(nn, name)(30, 40), getattr(torch.nn, name)(30, 40)
        for p, q in zip(ours.parameters(), theirs.parameters(), strict=True):
            assert p.detach().abs().max().item() <= 1 / 40**0.5
            if q.ndim == 2:
                assert p.detach().numpy().std() == pytest.approx(q.detach().numpy().std(), rel=0.05)
