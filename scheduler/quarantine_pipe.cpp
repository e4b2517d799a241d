#include "scheduler/quarantine_pipe.hpp"

#include <xxhash.h>

#include <cstring>
#include <stdexcept>
#include <type_traits>

namespace digitalis::quarantine_pipe {

namespace {

struct Head {
  std::uint32_t magic = 0x51544744;  // "DGTQ"
  Kind kind{};
  std::uint64_t bytes = 0;
  std::uint64_t xxh3 = 0;  ///< of the payload, seeded with kind and length
};
static_assert(sizeof(Head) == 24 && std::is_trivially_copyable_v<Head>);

std::uint64_t checksum(const Head& head, std::string_view payload) {
  return XXH3_64bits_withSeed(payload.data(), payload.size(), head.bytes * 8 + static_cast<std::uint64_t>(head.kind));
}

template <class T>
void put(std::string& bytes, const T& value) {
  static_assert(std::is_trivially_copyable_v<T>);
  bytes.append(reinterpret_cast<const char*>(&value), sizeof value);
}

void put_text(std::string& bytes, std::string_view text) {
  put(bytes, static_cast<std::uint64_t>(text.size()));
  bytes.append(text);
}

template <class T>
T get(std::string_view& bytes) {
  if (bytes.size() < sizeof(T)) throw std::runtime_error("a message of a quarantined process is cut short");
  T value;
  std::memcpy(&value, bytes.data(), sizeof value);
  bytes.remove_prefix(sizeof value);
  return value;
}

std::string get_text(std::string_view& bytes) {
  const auto size = get<std::uint64_t>(bytes);
  if (bytes.size() < size) throw std::runtime_error("a message of a quarantined process is cut short");
  std::string text(bytes.substr(0, size));
  bytes.remove_prefix(size);
  return text;
}

}  // namespace

std::string to_bytes(Kind kind, std::string_view payload) {
  Head head;
  head.kind = kind;
  head.bytes = payload.size();
  head.xxh3 = checksum(head, payload);
  std::string bytes;
  bytes.reserve(sizeof head + payload.size());
  put(bytes, head);
  bytes.append(payload);
  return bytes;
}

std::optional<Message> take(std::string& arrived) {
  Head head;
  const std::uint32_t magic = head.magic;
  if (arrived.size() < sizeof head) return std::nullopt;
  std::memcpy(&head, arrived.data(), sizeof head);
  if (head.magic != magic) throw std::runtime_error("a quarantined process wrote something that is no message");
  if (arrived.size() - sizeof head < head.bytes) return std::nullopt;
  Message message{head.kind, arrived.substr(sizeof head, head.bytes)};
  if (head.xxh3 != checksum(head, message.payload))
    throw std::runtime_error("a message of a quarantined process is damaged");
  arrived.erase(0, sizeof head + head.bytes);
  return message;
}

std::string to_bytes(std::uint64_t number) {
  std::string bytes;
  put(bytes, number);
  return bytes;
}

std::uint64_t number_from(std::string_view bytes) { return get<std::uint64_t>(bytes); }

std::string to_bytes(const Task& task) {
  std::string bytes;
  put(bytes, task.chunk);
  put(bytes, static_cast<std::uint64_t>(task.only.has_value()));
  put(bytes, task.only.value_or(0));
  put(bytes, static_cast<std::uint64_t>(task.killers.size()));
  for (const KilledBy& killer : task.killers) {
    put(bytes, killer.item);
    put_text(bytes, killer.reason);
  }
  put_text(bytes, task.payload);
  return bytes;
}

Task task_from(std::string_view bytes) {
  Task task;
  task.chunk = get<std::uint64_t>(bytes);
  const bool has_only = get<std::uint64_t>(bytes) != 0;
  const auto only = get<std::uint64_t>(bytes);
  if (has_only) task.only = only;
  for (auto killers = get<std::uint64_t>(bytes); killers > 0; --killers) {
    const auto item = get<std::uint64_t>(bytes);
    task.killers.push_back({item, get_text(bytes)});
  }
  task.payload = get_text(bytes);
  return task;
}

std::string to_bytes(const ChunkResult& result) {
  std::string bytes;
  put(bytes, result.items);
  put(bytes, result.rejects);
  put_text(bytes, result.payload);
  return bytes;
}

ChunkResult result_from(std::string_view bytes) {
  ChunkResult result;
  result.items = get<std::uint64_t>(bytes);
  result.rejects = get<std::uint64_t>(bytes);
  result.payload = get_text(bytes);
  return result;
}

}  // namespace digitalis::quarantine_pipe
