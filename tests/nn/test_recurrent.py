"""Recurrent layers against their definition: layers above one another, both directions, packed and padded."""

import dlcore as dl
import numpy as np
import pytest
import reference
from dlcore import nn, testing
from dlcore.nn.utils.rnn import pack_padded_sequence, pack_sequence, pad_packed_sequence

CLASSES = {"RNN_TANH": nn.RNN, "RNN_RELU": nn.RNN, "LSTM": nn.LSTM, "GRU": nn.GRU}
OPTIONS = {"RNN_RELU": {"nonlinearity": "relu"}}
LENGTHS = [2, 5, 4]


def layer_of(mode, *args, **options):
    return CLASSES[mode](*args, **OPTIONS.get(mode, {}), **options, dtype=dl.float64)


def expected_states(layer, x, states):
    """Return y (T, size) and the last states of one sequence x (T, D), by steps."""
    last = []
    for k in range(layer.num_layers):
        ys = []
        for suffix in ("", "_reverse")[: 1 + layer.bidirectional]:
            w_ih, w_hh, b_ih, b_hh = (
                layer.get_parameter(f"{name}_l{k}{suffix}").detach().numpy() if name[0] == "w" or layer.bias else 0
                for name in ("weight_ih", "weight_hh", "bias_ih", "bias_hh")
            )
            h, *c = (state[len(last)] for state in states)
            c = c[0] if c else None
            y = [None] * len(x)
            for t in range(len(x))[:: -1 if suffix else 1]:
                h, c = reference.recurrent_step(layer.mode, w_ih @ x[t] + b_ih, h, c, w_hh, b_hh)
                y[t] = h
            ys.append(np.array(y))
            last.append([h] if c is None else [h, c])
        x = np.concatenate(ys, 1)
    return x, [np.array(state) for state in zip(*last, strict=True)]


def as_list(states):
    return list(states) if isinstance(states, tuple) else [states]


@pytest.mark.parametrize("bias", [False, True])
@pytest.mark.parametrize("bidirectional", [False, True])
@pytest.mark.parametrize("mode", CLASSES)
def test_against_the_definition(mode, bidirectional, bias):
    layer = layer_of(mode, 3, 4, 2, bidirectional=bidirectional, batch_first=True, bias=bias)
    rng = np.random.default_rng(0)
    x = rng.standard_normal((3, 5, 3))
    given = [rng.standard_normal((2 * (1 + bidirectional), 3, 4)) for _ in range(2 if mode == "LSTM" else 1)]
    hx = tuple(dl.tensor(state) for state in given)
    hx = hx if mode == "LSTM" else hx[0]
    y, last = layer(dl.tensor(x), hx)
    short, short_last = layer(dl.tensor(x), hx, lengths=LENGTHS)
    packed = pack_padded_sequence(dl.tensor(x), dl.tensor(LENGTHS), batch_first=True, enforce_sorted=False)
    packed_y, packed_last = layer(packed, hx)
    for i, length in enumerate(LENGTHS):
        states = [state[:, i] for state in given]
        expected, expected_last = expected_states(layer, x[i], states)
        np.testing.assert_allclose(y.detach().numpy()[i], expected, rtol=1e-10, atol=1e-12)
        for a, b in zip(as_list(last), expected_last, strict=True):
            np.testing.assert_allclose(a.detach().numpy()[:, i], b, rtol=1e-10, atol=1e-12)
        expected, expected_last = expected_states(layer, x[i, :length], states)
        np.testing.assert_allclose(short.detach().numpy()[i, :length], expected, rtol=1e-10, atol=1e-12)
        assert (short.detach().numpy()[i, length:] == 0).all()
        for a, b in zip(as_list(short_last), expected_last, strict=True):
            np.testing.assert_allclose(a.detach().numpy()[:, i], b, rtol=1e-10, atol=1e-12)
    padded, lengths = pad_packed_sequence(packed_y, batch_first=True)
    np.testing.assert_array_equal(padded.detach().numpy(), short.detach().numpy())
    assert lengths.tolist() == LENGTHS
    for a, b in zip(as_list(packed_last), as_list(short_last), strict=True):
        np.testing.assert_array_equal(a.detach().numpy(), b.detach().numpy())


@pytest.mark.parametrize("mode", CLASSES)
def test_gradients_through_layers_and_packing(mode):
    layer = layer_of(mode, 2, 3, 2, bidirectional=True)
    x = dl.tensor(np.random.default_rng(1).standard_normal((5, 3, 2)))
    names = [name for name, _ in layer.named_parameters()]

    def run(x, *parameters):
        for name, parameter in zip(names, parameters, strict=True):
            layer.__dict__[name] = parameter
        y, last = layer(x, lengths=LENGTHS)
        return (y, *as_list(last))

    inputs = [x.requires_grad_(), *(p.detach().requires_grad_() for p in layer.parameters())]
    assert testing.gradcheck(run, inputs)
    assert testing.gradgradcheck(run, inputs)


@pytest.mark.parametrize("cell", [nn.RNNCell, nn.LSTMCell, nn.GRUCell])
def test_a_cell_is_one_step_of_the_layer(cell):
    layer = getattr(nn, cell.__name__[:-4])(3, 4, dtype=dl.float64)
    one = cell(3, 4, dtype=dl.float64)
    one.load_state_dict({name.removesuffix("_l0"): x for name, x in layer.state_dict().items()})
    x = dl.randn(5, 2, 3).to(dl.float64)
    states, y = None, []
    for step in x:
        states = one(step, states)
        y.append(as_list(states)[0])
    expected, last = layer(x)
    np.testing.assert_allclose(dl.stack(y).detach().numpy(), expected.detach().numpy(), rtol=1e-12)
    for a, b in zip(as_list(states), as_list(last), strict=True):
        np.testing.assert_allclose(a.detach().numpy(), b.detach().numpy()[0], rtol=1e-12)
    alone = as_list(one(x[0, 0]))[0]
    assert tuple(alone.shape) == (4,)
    np.testing.assert_allclose(alone.detach().numpy(), y[0].detach().numpy()[0], rtol=1e-12)


def test_dropout_is_between_layers_in_training_alone():
    dl.manual_seed(0)
    layer = nn.LSTM(3, 50, 2, dropout=1.0)
    x = dl.randn(4, 2, 3)
    with_nothing, (h, _) = layer(x)
    assert dl.equal(h.detach()[0], layer.eval()(x)[1][0].detach()[0])  # what comes in, and leaves below, is whole
    layer.train()
    layer.weight_ih_l1 = nn.Parameter(dl.zeros(200, 50))  # what comes of an input of zeros
    np.testing.assert_array_equal(with_nothing.detach().numpy(), layer(x)[0].detach().numpy())
    layer = nn.LSTM(3, 50, 2, dropout=0.5)
    assert not dl.equal(layer(x)[0].detach(), layer(x)[0].detach())
    layer.eval()
    assert dl.equal(layer(x)[0].detach(), layer(x)[0].detach())
    with pytest.warns(UserWarning, match="LSTM: dropout acts between layers, of which there is one"):
        nn.LSTM(3, 5, dropout=0.5)


def test_no_steps_and_no_sequences():
    layer = nn.GRU(3, 4, bidirectional=True)
    h0 = dl.randn(2, 5, 4)
    y, h = layer(dl.zeros(0, 5, 3), h0)
    assert tuple(y.shape) == (0, 5, 8)
    assert dl.equal(h.detach(), h0)
    y, h = layer(dl.zeros(6, 0, 3))
    assert tuple(y.shape) == (6, 0, 8)
    assert tuple(h.shape) == (2, 0, 4)


def test_text_and_order_of_parameters():
    assert repr(nn.LSTM(3, 4, 2, bidirectional=True)) == "LSTM(3, 4, num_layers=2, bidirectional=True)"
    assert repr(nn.LSTM(3, 4, proj_size=2, bias=False)) == "LSTM(3, 4, proj_size=2, bias=False)"
    assert repr(nn.GRUCell(3, 4, bias=False)) == "GRUCell(3, 4, bias=False)"
    names = ["weight_ih_l0", "weight_hh_l0", "bias_ih_l0", "bias_hh_l0"]
    names += [name + "_reverse" for name in names]
    assert list(nn.RNN(3, 4, bidirectional=True).state_dict()) == names
    projected = nn.LSTM(3, 4, proj_size=2)
    assert [tuple(p.shape) for p in projected.parameters()] == [(16, 3), (16, 2), (16,), (16,), (2, 4)]


def test_errors():
    def error(kind, text):
        return pytest.raises(kind, match=f"^{text}$")

    with error(ValueError, "GRU: hidden_size expected to be positive, got 0"):
        nn.GRU(3, 0)
    with error(ValueError, r"GRU: dropout expected a probability in \[0, 1\], got 1.5"):
        nn.GRU(3, 4, dropout=1.5)
    with error(ValueError, "LSTM: proj_size expected from 0 to less than hidden_size 4, got 4"):
        nn.LSTM(3, 4, proj_size=4)
    with error(ValueError, "RNN: nonlinearity expected 'tanh' or 'relu', got 'selu'"):
        nn.RNN(3, 4, nonlinearity="selu")
    layer, x = nn.LSTM(3, 4, batch_first=True), dl.zeros(2, 5, 3)
    with error(ValueError, r"LSTM: input expected shape \(N, T, 3\), got \(2, 5, 4\)"):
        layer(dl.zeros(2, 5, 4))
    with error(ValueError, r"LSTM: input expected shape \(T, 3\), got \(5, 4\)"):
        layer(dl.zeros(5, 4))
    with error(TypeError, r"LSTM: hx expected a tuple \(h_0, c_0\)"):
        layer(x, dl.zeros(1, 2, 4))
    with error(ValueError, r"LSTM: hx expected shape \(1, 2, 4\), got \(1, 3, 4\)"):
        layer(x, (dl.zeros(1, 3, 4), dl.zeros(1, 2, 4)))
    with error(ValueError, "LSTM: lengths expected None with a PackedSequence, which has them"):
        layer(pack_sequence([dl.zeros(2, 3)]), lengths=[2])
    with error(ValueError, "LSTM: lengths expected to come with a batch, got one sequence"):
        layer(dl.zeros(5, 3), lengths=[2])
    with error(ValueError, "pack_padded_sequence: lengths expected from 1 to 5, got 0 to 5"):
        layer(x, lengths=[0, 5])
    with error(ValueError, r"GRUCell: input expected shape \(N, 3\) or \(3,\), got \(2, 4\)"):
        nn.GRUCell(3, 4)(dl.zeros(2, 4))
    with error(ValueError, r"GRUCell: hx expected shape \(2, 4\), got \(4,\)"):
        nn.GRUCell(3, 4)(dl.zeros(2, 3), dl.zeros(4))
    with error(TypeError, r"LSTMCell: hx expected a tuple \(h, c\)"):
        nn.LSTMCell(3, 4)(dl.zeros(2, 3), dl.zeros(2, 4))
