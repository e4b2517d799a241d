#pragma once
// A request that cannot be carried out as written: wrong option, field, or input file.

#include <stdexcept>

namespace digitalis {

/// Thrown before any compute starts; the program prints the message and ends with exit code 2.
/// The message reads "file:line: what; hint: remedy".
class UsageError : public std::runtime_error {
  using std::runtime_error::runtime_error;
};

}  // namespace digitalis
