#include <cmath>

#include "autograd/running.h"
#include "core/loop.h"
#include "dlcore/autograd.h"

namespace dlcore {
namespace {

thread_local const Node* running = nullptr;
thread_local std::vector<std::string> modules;

template <class T>
bool is_finite(const Tensor& x) {
  Loop<1> loop{.ndim = x.ndim(), .numel = x.numel(), .shape = {}, .strides = {}, .data = {x.data()}};
  for (int d = 0; d < x.ndim(); ++d) {
    loop.shape[d] = x.size(d);
    loop.strides[0][d] = x.strides()[d];
  }
  simplify(loop);
  const int64_t step = loop.ndim ? loop.strides[0][loop.ndim - 1] : 1;
  bool finite = true;
  walk(loop, 0, loop.numel, [&](const std::array<int64_t, 1>& at, int64_t n) {
    const T* p = x.data<T>() + at[0];
    for (int64_t i = 0; i < n; ++i) finite &= std::isfinite(p[i * step]);
  });
  return finite;
}

}  // namespace

Running::Running(const Node* node) : before_(running) { running = node; }
Running::~Running() { running = before_; }
const Node* running_node() { return running; }
const char* running_op() { return running ? running->name() : "autograd"; }

bool detail::checking_finite = false;

void detail::check_finite(const char* op, const Tensor& y) {
  if (!is_floating(y.dtype())) return;
  if (visit_floating(y.dtype(), [&]<class T>() { return is_finite<T>(y); })) return;
  std::string where = op;
  if (running) where += text(" in the gradient of ", running->name());
  const std::string path = running ? running->module_path() : current_module_path();
  if (!path.empty()) where += text(" (in module ", path, ")");
  raise<AutogradError>(where, ": the result of shape ", y.shape(), " holds the first NaN or infinity");
}

void set_check_finite(bool on) { detail::checking_finite = on; }
void push_module(const std::string& name) { modules.push_back(name); }
void pop_module() {
  if (!modules.empty()) modules.pop_back();
}

std::string current_module_path() {
  std::string path;
  for (const std::string& name : modules) {
    if (!path.empty() && !name.empty()) path += '.';
    path += name;
  }
  return path;
}

}  // namespace dlcore
