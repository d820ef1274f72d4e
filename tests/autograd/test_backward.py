"""The walk through the tape: accumulation, modes, hooks, lifetimes, errors."""

import threading

import dlcore
import numpy as np
import pytest


def leaf(*values, dtype=dlcore.float64):
    return dlcore.tensor(values, dtype=dtype, requires_grad=True)


def test_a_leaf_used_twice_gathers_both_gradients():
    x = leaf(1.0, 2.0)
    (x * x + x).sum().backward()
    np.testing.assert_array_equal(x.grad.numpy(), 2 * x.detach().numpy() + 1)


def test_gradients_of_several_backwards_add_up():
    x = leaf(1.0, 2.0)
    for _ in range(3):
        (x * 2).sum().backward()
    np.testing.assert_array_equal(x.grad.numpy(), [6, 6])


def test_leaves_that_receive_the_same_gradient_do_not_share_its_memory():
    a, b = leaf(1.0), leaf(2.0)
    (a + b).sum().backward()
    a.grad += 1
    assert b.grad.item() == 1


def test_orders_one_to_four_of_a_power():
    x = leaf(1.5)
    y = x * x * x * x
    for factor, power in [(4, 3), (12, 2), (24, 1), (24, 0)]:
        (y,) = dlcore.autograd.grad(y.sum(), x, create_graph=True)
        assert y.item() == pytest.approx(factor * 1.5**power)


def test_grad_computes_only_what_leads_to_the_inputs():
    x, w = leaf(1.0), leaf(3.0)
    called = []
    inner = w * 2
    inner.register_hook(lambda g: called.append(g))
    (dx,) = dlcore.autograd.grad((x * inner).sum(), x)
    assert dx.item() == 6
    assert not called
    assert x.grad is None
    assert w.grad is None


def test_grad_of_an_intermediate_and_of_its_ancestor():
    x = leaf(3.0)
    y = x * x
    dy, dx = dlcore.autograd.grad((y * y).sum(), [y, x])
    assert (dy.item(), dx.item()) == (18, 108)


def test_an_unused_input():
    x, other = leaf(1.0), leaf(1.0)
    y = (x * 2).sum()
    with pytest.raises(
        RuntimeError, match=r"^grad: input 1 of shape \(1,\) was not used for the outputs; allow_unused"
    ):
        dlcore.autograd.grad(y, [x, other], retain_graph=True)
    assert dlcore.autograd.grad(y, [x, other], allow_unused=True, retain_graph=True)[1] is None
    zero = dlcore.autograd.grad(y, [x, other], materialize_grads=True)[1]
    np.testing.assert_array_equal(zero.numpy(), [0])


def test_backward_needs_a_start():
    x = leaf(1.0, 2.0)
    with pytest.raises(RuntimeError, match=r"^backward: an output of shape \(2,\) needs a gradient of its shape"):
        (x * 2).backward()
    with pytest.raises(ValueError, match=r"^backward: expected a gradient of shape \(2,\), got \(3,\)"):
        (x * 2).backward(dlcore.ones(3, dtype=dlcore.float64))
    with pytest.raises(RuntimeError, match="does not require a gradient and has no history"):
        dlcore.ones(1).backward()


def test_a_second_backward_is_refused_unless_the_graph_was_retained():
    x = leaf(1.0)
    y = (x * x).sum()
    y.backward(retain_graph=True)
    y.backward()
    assert x.grad.item() == 4
    with pytest.raises(RuntimeError, match="its saved tensors are gone after an earlier backward"):
        y.backward()


def test_a_needed_value_changed_in_place_is_named():
    x = leaf(2.0)
    y = x * 1
    z = y * y
    y += 1
    with pytest.raises(
        RuntimeError, match=r"^mul: a tensor of shape \(1,\) that its gradient needs was changed in place"
    ):
        z.sum().backward()


def test_a_leaf_is_not_changed_in_place_while_recording():
    x = leaf(2.0)
    with pytest.raises(RuntimeError, match="^add_: a leaf that requires a gradient cannot be changed in place"):
        x += 1
    with dlcore.no_grad():
        x += 1
    assert x.item() == 3


def test_modes_nest_and_decorate():
    x = leaf(1.0)

    @dlcore.no_grad()
    def plain():
        return x * 2

    assert not plain().requires_grad
    with dlcore.no_grad():
        assert not (x * 2).requires_grad
        with dlcore.enable_grad():
            assert (x * 2).requires_grad
        assert not dlcore.is_grad_enabled()
    with pytest.raises(KeyError), dlcore.no_grad():
        raise KeyError
    assert dlcore.is_grad_enabled()
    with dlcore.set_grad_enabled(False):
        assert not (x * 2).requires_grad
    assert dlcore.is_grad_enabled()


def test_the_mode_is_per_thread():
    seen = []
    with dlcore.no_grad():
        thread = threading.Thread(target=lambda: seen.append(dlcore.is_grad_enabled()))
        thread.start()
        thread.join()
    assert seen == [True]


def test_hooks_see_and_replace_gradients_and_can_be_removed():
    x = leaf(1.0)
    y = x * 3
    seen = []
    handle = y.register_hook(lambda g: seen.append(g.item()))
    y.register_hook(lambda g: g * 10)
    (y * 2).sum().backward()
    assert seen == [2]
    assert x.grad.item() == 60
    handle.remove()
    x.grad = None
    y = x * 3
    x.register_hook(lambda g: g + 1)
    (y + y).sum().backward()
    assert x.grad.item() == 7, "a leaf's hook sees the whole gradient, once"


def test_a_hook_must_keep_the_shape():
    x = leaf(1.0, 2.0)
    x.register_hook(lambda g: g.sum())
    with pytest.raises(ValueError, match=r"^hook: expected a gradient of shape \(2,\), got \(\)"):
        (x * 2).sum().backward()


def test_an_error_in_a_hook_reaches_the_caller():
    x = leaf(1.0)
    y = x * 2

    def fail(_):
        raise LookupError("mine")

    y.register_hook(fail)
    with pytest.raises(LookupError, match="mine"):
        y.sum().backward()


def test_retained_gradients_of_intermediates():
    x = leaf(2.0)
    y = x * x
    y.retain_grad()
    (y * 3).sum().backward()
    assert y.grad.item() == 3
    assert x.grad.item() == 12


def test_grad_is_the_same_object_each_time():
    x = leaf(1.0)
    (x * 2).sum().backward()
    assert x.grad is x.grad


def test_grad_of_another_shape_is_refused():
    x = leaf(1.0, 2.0)
    with pytest.raises(ValueError, match=r"^grad: expected shape \(2,\) and dtype float64"):
        x.grad = dlcore.zeros(3, dtype=dlcore.float64)


def test_only_floating_tensors_have_gradients():
    with pytest.raises(TypeError, match="^requires_grad_: only floating tensors can have gradients, got int64"):
        dlcore.tensor([1, 2]).requires_grad_()


def test_a_chain_of_a_million_ops():
    x = leaf(1.0)
    y = x
    for _ in range(1_000_000):
        y = y + 1
    y.sum().backward()
    assert x.grad.item() == 1
    del y  # a million nodes go without nesting as well


def test_a_thousand_steps_leave_nothing_behind():
    weight = dlcore.ones(8, 4, requires_grad=True)
    inputs = dlcore.ones(16, 8)

    def step():
        loss = ((inputs @ weight).sigmoid() * 2).sum()
        loss.backward()
        (slope,) = dlcore.autograd.grad((weight * weight).sum(), weight, create_graph=True)
        (slope * slope).sum().backward()
        with dlcore.no_grad():
            weight.sub_(weight.grad * 0.001)
        weight.grad = None

    step()
    before = dlcore.memory_stats()
    for _ in range(1000):
        step()
    after = dlcore.memory_stats()
    assert after["live_tensors"] == before["live_tensors"]
    assert after["live_bytes"] == before["live_bytes"]


def test_two_threads_train_two_models():
    def train(seed, out):
        rng = np.random.default_rng(seed)
        w = dlcore.tensor(rng.standard_normal((6, 3)), requires_grad=True)
        x = dlcore.tensor(rng.standard_normal((40, 6)))
        for _ in range(50):
            w.grad = None
            (x @ w).sigmoid().sum().backward()
            with dlcore.no_grad():
                w.sub_(w.grad * 0.01)
        out[seed] = w.detach().numpy().copy()

    alone, together = {}, {}
    for seed in (1, 2):
        train(seed, alone)
    threads = [threading.Thread(target=train, args=(seed, together)) for seed in (1, 2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for seed in (1, 2):
        np.testing.assert_array_equal(alone[seed], together[seed])
