#pragma once

namespace dlcore {

enum class Cell { Tanh, Relu, Lstm, Gru };  // what a recurrent layer does at each step

}  // namespace dlcore
