#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

// What einsum's equation says, before any operand is looked at.
namespace dlcore {

inline bool has(const std::string& letters, char c) { return letters.find(c) != std::string::npos; }

struct Equation {
  std::vector<std::string> inputs;  // "." stands for an ellipsis
  std::optional<std::string> output;
};

Equation parse_equation(std::string_view equation);

// Puts digits for the axes of an ellipsis: '0' is its last axis, '1' the one before, ...
void replace_ellipsis(std::string& letters, int axes);

// The letters of the result, given the longest ellipsis among the operands.
std::string output_letters(const Equation& equation, int ellipsis_axes);

}  // namespace dlcore
