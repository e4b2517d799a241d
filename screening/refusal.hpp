#pragma once
// What governance refuses: a table, an agreement. The program ends with exit code 3.

#include <stdexcept>

namespace digitalis {

class Refusal : public std::runtime_error {
  using std::runtime_error::runtime_error;
};

}  // namespace digitalis
