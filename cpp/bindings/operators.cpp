#include "dlcore/in_place.h"
#include "dlcore/ops.h"
#include "tensor_object.h"

// Python's operators on tensors, straight from C slots to ops.
namespace dlcore::bindings {
namespace {

using Binary = Tensor (*)(const Tensor&, const Tensor&);
using InPlace = const Tensor& (*)(const Tensor&, const Tensor&);

// A tensor, a number or an array; undefined where the operator must leave the object to others.
Tensor operand(PyObject* object) {
  if (is_tensor(object)) return tensor_of(object);
  const Tensor number = number_of(object);
  return number.defined() ? number : array_of(object);
}

template <Binary op>
PyObject* binary(PyObject* left, PyObject* right) {
  return guarded([&]() -> PyObject* {
    const Tensor a = operand(left), b = operand(right);
    if (!a.defined() || !b.defined()) Py_RETURN_NOTIMPLEMENTED;
    Tensor y;
    {
      const Unlocked lock(a.numel() + b.numel());
      y = op(a, b);
    }
    return wrap(y);
  });
}

template <InPlace op>
PyObject* in_place(PyObject* self, PyObject* right) {
  return guarded([&]() -> PyObject* {
    const Tensor b = operand(right);
    if (!b.defined()) Py_RETURN_NOTIMPLEMENTED;
    const Tensor& x = tensor_of(self);
    {
      const Unlocked lock(x.numel() + b.numel());
      op(x, b);
    }
    return Py_NewRef(self);
  });
}

// x //= y and its like, of ops without a kernel of their own for it.
template <Binary op, const char* name>
const Tensor& overwriting(const Tensor& x, const Tensor& b) {
  return dlcore::in_place(name, x, op, b);
}
constexpr char kFloorDivide[] = "floor_divide_", kRemainder[] = "remainder_", kPow[] = "pow_";
constexpr char kAnd[] = "bitwise_and_", kOr[] = "bitwise_or_", kXor[] = "bitwise_xor_";

PyObject* power(PyObject* base, PyObject* exponent, PyObject* modulus) {
  if (modulus != Py_None) Py_RETURN_NOTIMPLEMENTED;
  return binary<pow>(base, exponent);
}
PyObject* in_place_power(PyObject* self, PyObject* exponent, PyObject* modulus) {
  if (modulus != Py_None) Py_RETURN_NOTIMPLEMENTED;
  return in_place<overwriting<pow, kPow>>(self, exponent);
}

PyObject* compare(PyObject* self, PyObject* other, int comparison) {
  switch (comparison) {
    case Py_EQ:
      return binary<eq>(self, other);
    case Py_NE:
      return binary<ne>(self, other);
    case Py_LT:
      return binary<lt>(self, other);
    case Py_LE:
      return binary<le>(self, other);
    case Py_GT:
      return binary<gt>(self, other);
    default:
      return binary<ge>(self, other);
  }
}

template <Tensor (*op)(const Tensor&)>
PyObject* unary(PyObject* self) {
  return guarded([&] { return wrap(op(tensor_of(self))); });
}

PyObject* positive(PyObject* self) { return Py_NewRef(self); }

int truth(PyObject* self) {
  const Tensor& x = tensor_of(self);
  if (x.numel() != 1) {
    PyErr_SetString(PyExc_ValueError,
                    "bool: a tensor with several elements is neither true nor false; use any() or all()");
    return -1;
  }
  return x.item<double>() != 0;
}

PyObject* as_float(PyObject* self) {
  return guarded([&] { return PyFloat_FromDouble(tensor_of(self).item<double>()); });
}
PyObject* as_int(PyObject* self) {
  return guarded([&]() -> PyObject* {
    const Tensor& x = tensor_of(self);
    return is_floating(x.dtype()) ? PyLong_FromDouble(x.item<double>()) : PyLong_FromLongLong(x.item<int64_t>());
  });
}
PyObject* as_index(PyObject* self) {
  return guarded([&]() -> PyObject* {
    const Tensor& x = tensor_of(self);
    if (is_floating(x.dtype()) || x.numel() != 1)
      raise<TypeError>("index: only a tensor with one integer can be an index, got dtype ", x.dtype(), " and shape ",
                       x.shape());
    return PyLong_FromLongLong(x.item<int64_t>());
  });
}

Py_hash_t hash(PyObject* self) { return PyBaseObject_Type.tp_hash(self); }

PyType_Slot operator_slots[] = {
    slot(Py_nb_add, binary<add>),
    slot(Py_nb_subtract, binary<sub>),
    slot(Py_nb_multiply, binary<mul>),
    slot(Py_nb_true_divide, binary<div>),
    slot(Py_nb_floor_divide, binary<floor_divide>),
    slot(Py_nb_remainder, binary<remainder>),
    slot(Py_nb_power, power),
    slot(Py_nb_and, binary<bitwise_and>),
    slot(Py_nb_or, binary<bitwise_or>),
    slot(Py_nb_xor, binary<bitwise_xor>),
    slot(Py_nb_inplace_add, in_place<add_>),
    slot(Py_nb_inplace_subtract, in_place<sub_>),
    slot(Py_nb_inplace_multiply, in_place<mul_>),
    slot(Py_nb_inplace_true_divide, in_place<div_>),
    slot(Py_nb_inplace_floor_divide, in_place<overwriting<floor_divide, kFloorDivide>>),
    slot(Py_nb_inplace_remainder, in_place<overwriting<remainder, kRemainder>>),
    slot(Py_nb_inplace_power, in_place_power),
    slot(Py_nb_inplace_and, in_place<overwriting<bitwise_and, kAnd>>),
    slot(Py_nb_inplace_or, in_place<overwriting<bitwise_or, kOr>>),
    slot(Py_nb_inplace_xor, in_place<overwriting<bitwise_xor, kXor>>),
    slot(Py_nb_matrix_multiply, binary<matmul>),
    slot(Py_nb_negative, unary<neg>),
    slot(Py_nb_invert, unary<bitwise_not>),
    slot(Py_tp_richcompare, compare),
    slot(Py_nb_positive, positive),
    slot(Py_nb_absolute, unary<dlcore::abs>),
    slot(Py_nb_bool, truth),
    slot(Py_nb_float, as_float),
    slot(Py_nb_int, as_int),
    slot(Py_nb_index, as_index),
    slot(Py_tp_hash, hash),
    {0, nullptr},
};

}  // namespace

PyType_Slot* const kOperatorSlots = operator_slots;

}  // namespace dlcore::bindings
