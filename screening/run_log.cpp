#include "screening/run_log.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

#include <spdlog/sinks/basic_file_sink.h>
#include <spdlog/spdlog.h>

namespace digitalis {

RunLog::RunLog(const std::filesystem::path& file) {
  // Tried first: spdlog's own error does not say which one it was.
  const int tried = ::open(file.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
  if (tried < 0) throw std::system_error(errno, std::generic_category(), file.string() + ": cannot be opened");
  ::close(tried);
  logger_ = std::make_shared<spdlog::logger>("run", std::make_shared<spdlog::sinks::basic_file_sink_mt>(file.string()));
  logger_->set_pattern("%Y-%m-%dT%H:%M:%S.%eZ %v", spdlog::pattern_time_type::utc);
  logger_->flush_on(spdlog::level::info);
}

void RunLog::info(const std::string& message) const {
  if (logger_) logger_->info(message);
}

}  // namespace digitalis
