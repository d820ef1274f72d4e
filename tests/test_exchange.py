"""Memory shared with NumPy and other libraries; copies, pickles and conversions."""

import copy
import gc
import pickle
import weakref

import dlcore
import numpy as np
import pytest
from check import check_error

DTYPES = ("bool", "uint8", "int32", "int64", "float32", "float64")


def sample(name):
    return np.arange(24).reshape(2, 3, 4).astype(name)


def layouts(array):
    return [array, array.T, array[:, 1:, ::2], array[:, :0], array[0, 0, 0:1], np.broadcast_to(array[:1], (3, 3, 4))]


@pytest.mark.parametrize("name", DTYPES)
def test_numpy_and_back_is_the_same_memory(name):
    for array in layouts(sample(name)):
        x = dlcore.from_numpy(array)
        back = x.numpy()
        assert (x.shape, x.dtype.name, back.dtype) == (array.shape, name, array.dtype)
        assert np.array_equal(back, array)
        if array.size:
            assert x.data_ptr() == array.ctypes.data == back.ctypes.data
            assert back.strides == array.strides or 1 in array.shape


def test_a_change_of_one_is_a_change_of_the_other():
    array = np.zeros(3, np.float32)
    x = dlcore.from_numpy(array)
    array[0] = 1
    x += 1
    x.numpy()[2] = 7
    assert x.tolist() == array.tolist() == [2, 1, 7]


def test_memory_lives_as_long_as_someone_looks_at_it():
    array = np.arange(4.0)
    seen = weakref.ref(array)
    x = dlcore.from_numpy(array)
    del array
    gc.collect()
    assert x.tolist() == [0, 1, 2, 3]
    view = (x * 1).numpy()
    assert view.tolist() == [0, 1, 2, 3]
    del x
    gc.collect()
    assert seen() is None


def test_lent_memory_is_given_back_by_a_thread_without_the_lock():
    big = np.ones(200_000)
    seen = weakref.ref(big)
    x = dlcore.from_numpy(big).requires_grad_()
    (x * x).sum().backward()
    del x, big
    gc.collect()
    assert seen() is None


def test_read_only_memory_stays_so():
    array = np.arange(3.0)
    array.flags.writeable = False
    for x in (dlcore.from_numpy(array), dlcore.from_dlpack(array)):
        with pytest.raises(ValueError, match="the tensor's memory is read-only"):
            x += 1
        assert not x.numpy().flags.writeable
        assert memoryview(x).readonly
        assert not np.from_dlpack(x).flags.writeable
    with pytest.raises(BufferError):
        dlcore.from_numpy(array).__dlpack__()


def test_arrays_that_cannot_be_shared():
    check_error(
        ValueError,
        "from_numpy: negative strides are not supported; pass array.copy()",
        lambda: dlcore.from_numpy(np.ones(3)[::-1]),
    )
    check_error(
        TypeError,
        "from_numpy: expected an array in this processor's byte order, got dtype >f8",
        lambda: dlcore.from_numpy(np.ones(3, ">f8")),
    )
    packed = np.zeros(3, [("a", "u1"), ("b", "f4")])["b"]
    check_error(
        ValueError,
        "from_numpy: a stride of 5 bytes is no multiple of the item size 4",
        lambda: dlcore.from_numpy(packed),
    )
    shifted = np.zeros(9, np.uint8)[1:].view(np.float64)
    check_error(
        ValueError,
        "from_numpy: the array's memory is not aligned to its item size 8; pass array.copy()",
        lambda: dlcore.from_numpy(shifted),
    )
    with pytest.raises(TypeError):
        dlcore.from_numpy([1.0])


def test_a_tensor_with_gradient_is_detached_first():
    x = dlcore.ones(2, requires_grad=True)
    message = "numpy: the tensor requires grad; use tensor.detach().numpy()"
    check_error(RuntimeError, message, x.numpy)
    check_error(RuntimeError, message, lambda: np.asarray(x))
    with pytest.raises(BufferError):
        memoryview(x)
    with pytest.raises(BufferError):
        x.__dlpack__()
    assert x.numpy(force=True).ctypes.data == x.data_ptr()


def test_array_protocol():
    x = dlcore.arange(3)
    shared = np.asarray(x)
    assert shared.ctypes.data == x.data_ptr()
    assert shared.dtype == np.int64
    assert np.array(x).ctypes.data != x.data_ptr()
    assert np.asarray(x, dtype=np.float32).tolist() == [0, 1, 2]
    assert np.array(x, copy=False).ctypes.data == x.data_ptr()
    assert x.__array__(copy=True).ctypes.data != x.data_ptr()
    assert x.__array__(np.int64, copy=False).ctypes.data == x.data_ptr()
    message = "__array__: a tensor of dtype int64 needs a copy to become float32"
    check_error(ValueError, message, lambda: x.__array__(np.dtype(np.float32), copy=False))


@pytest.mark.parametrize("name", DTYPES)
def test_buffer_protocol(name):
    for array in layouts(sample(name)):
        view = memoryview(dlcore.from_numpy(array))
        expected = memoryview(array)
        assert (view.format, view.itemsize, view.shape) == (expected.format, expected.itemsize, expected.shape)
        assert view.tolist() == expected.tolist()
    x = dlcore.zeros(3, dtype=dlcore.int32)
    memoryview(x)[1] = 5
    assert x.tolist() == [0, 5, 0]
    assert bytes(dlcore.tensor([1, 2], dtype=dlcore.uint8)) == b"\1\2"


def test_dlpack_with_numpy():
    for name in DTYPES:
        for array in layouts(sample(name)):
            x = dlcore.from_dlpack(array)
            assert np.array_equal(x.numpy(), array)
            assert np.array_equal(np.from_dlpack(x), array)
            if array.size:
                assert x.data_ptr() == array.ctypes.data == np.from_dlpack(x).ctypes.data
    assert dlcore.zeros(1).__dlpack_device__() == (1, 0)


def test_dlpack_copies_when_asked():
    x = dlcore.arange(3)
    assert dlcore.from_dlpack(x).data_ptr() == x.data_ptr()
    assert dlcore.from_dlpack(x, copy=False).data_ptr() == x.data_ptr()
    assert dlcore.from_dlpack(x, copy=True).data_ptr() != x.data_ptr()
    array = np.arange(3)
    array.flags.writeable = False
    copied = dlcore.from_dlpack(array, copy=True)
    copied += 1
    assert copied.tolist() == [1, 2, 3]


def test_dlpack_capsules():
    x = dlcore.arange(4).reshape(2, 2).T
    for keywords, name in (
        ({}, "dltensor"),
        ({"max_version": (0, 8)}, "dltensor"),
        ({"max_version": (1, 0)}, "dltensor_versioned"),
        ({"max_version": (2, 3), "dl_device": (1, 0)}, "dltensor_versioned"),
    ):
        capsule = x.__dlpack__(**keywords)
        assert f'"{name}"' in repr(capsule)
        y = dlcore.from_dlpack(capsule)
        assert y.tolist() == [[0, 2], [1, 3]]
        assert y.data_ptr() == x.data_ptr()
        assert f'"used_{name}"' in repr(capsule)
        with pytest.raises(ValueError, match="from_dlpack: expected a DLPack capsule that was not taken before"):
            dlcore.from_dlpack(capsule)
    with pytest.raises(BufferError):
        x.__dlpack__(dl_device=(2, 0))
    with pytest.raises(ValueError, match="has no stream, got 1"):
        x.__dlpack__(stream=1)


def test_dlpack_of_a_library_before_version_1():
    class Old:
        def __init__(self, x):
            self.x = x

        def __dlpack_device__(self):
            return (1, 0)

        def __dlpack__(self, stream=None):
            return self.x.__dlpack__(stream=stream)

    x = dlcore.arange(3)
    assert dlcore.from_dlpack(Old(x)).data_ptr() == x.data_ptr()


def test_no_tensor_is_left_behind_by_an_exchange():
    def exchange():
        x = dlcore.arange(3)
        x.__dlpack__()
        x.__dlpack__(max_version=(1, 0))
        np.from_dlpack(dlcore.from_dlpack(x))
        dlcore.from_numpy(np.asarray(x)).numpy()
        memoryview(x).release()
        pickle.loads(pickle.dumps(x))

    exchange()
    gc.collect()
    before = dlcore.memory_stats()["live_tensors"]
    for _ in range(10):
        exchange()
    gc.collect()
    assert dlcore.memory_stats()["live_tensors"] == before


class Named(dlcore.Tensor):
    """A subclass with an attribute."""


@pytest.mark.parametrize("protocol", range(2, pickle.HIGHEST_PROTOCOL + 1))
def test_pickle(protocol):
    for name in DTYPES:
        for array in layouts(sample(name)):
            x = pickle.loads(pickle.dumps(dlcore.from_numpy(array), protocol))
            assert (x.dtype.name, x.shape) == (name, array.shape)
            assert np.array_equal(x.numpy(), array)
            x.zero_()
    y = pickle.loads(pickle.dumps(dlcore.ones(2, requires_grad=True), protocol))
    assert y.requires_grad
    assert y.is_leaf
    z = Named(dlcore.ones(2))
    z.name = "z"
    again = pickle.loads(pickle.dumps(z, protocol))
    assert (type(again), again.name, again.tolist()) == (Named, "z", [1, 1])
    assert pickle.loads(pickle.dumps(dlcore.float64, protocol)) is dlcore.float64
    assert pickle.loads(pickle.dumps(dlcore.device("cpu"), protocol)) == "cpu"


def test_copies():
    x = Named(dlcore.ones(2)).requires_grad_()
    x.name = ["x"]
    x.grad = dlcore.full((2,), 3.0)
    shallow, deep, twice = copy.copy(x), copy.deepcopy(x), copy.deepcopy([x, x])
    assert (type(shallow), shallow.data_ptr(), shallow.name) == (Named, x.data_ptr(), ["x"])
    assert (type(deep), deep.requires_grad, deep.grad.tolist()) == (Named, True, [3, 3])
    assert deep.data_ptr() != x.data_ptr()
    assert deep.name == ["x"]
    assert deep.name is not x.name
    assert twice[0] is twice[1]
    message = "deepcopy: only leaf tensors can be copied with their gradients; use detach().clone()"
    check_error(RuntimeError, message, lambda: copy.deepcopy(x * 2))


def test_numbers_and_lists():
    for name in DTYPES:
        for array in layouts(sample(name)):
            assert dlcore.from_numpy(array).tolist() == array.tolist()
    number = dlcore.tensor(2.5)
    assert number.tolist() == number.item() == 2.5
    assert f"{number:.3f}" == "2.500"
    assert type(dlcore.tensor(True).tolist()) is bool
    with pytest.raises(TypeError):
        f"{dlcore.ones(2):.3f}"


def test_arrays_take_part_in_arithmetic():
    x = dlcore.tensor([1.0, 2.0])
    array = np.array([3.0, 4.0])
    for y in (x + array, array + x):
        assert isinstance(y, dlcore.Tensor)
        assert y.dtype == dlcore.float64
        assert y.tolist() == [4, 6]
    assert (array - x).tolist() == [2, 2]
    assert (array[::-1] * x).tolist() == [4, 6]
    assert (np.float64(2) * x).dtype == dlcore.float32
    assert (x * np.array(2.0)).dtype == dlcore.float32


def test_conversions():
    x = dlcore.tensor([0.0, 1.5])
    assert x.to(dlcore.float32) is x
    assert x.to(dlcore.float32, copy=True) is not x
    assert x.to(dlcore.int64).tolist() == [0, 1]
    assert x.to(dlcore.zeros(1, dtype=dlcore.float64)).dtype == dlcore.float64
    assert x.to("cpu") is x
    assert x.to(device=dlcore.device("cpu"), dtype=dlcore.bool).tolist() == [False, True]
    assert x.cpu() is x
    assert x.type(dlcore.int32).dtype == dlcore.int32
    assert x.type_as(dlcore.arange(1)).dtype == dlcore.int64
    for name, dtype in (("float", "float32"), ("double", "float64"), ("long", "int64"), ("int", "int32")):
        assert getattr(x, name)().dtype.name == dtype
    assert (x.bool().dtype, x.byte().dtype) == (dlcore.bool, dlcore.uint8)
    check_error(ValueError, "device: expected 'cpu', got 'cuda'", lambda: x.to("cuda"))
    y = x.clone().requires_grad_()
    (y.double() * 3).sum().backward()
    assert y.grad.tolist() == [3, 3]
