#include "screening/run_log.hpp"

#include <spdlog/sinks/basic_file_sink.h>
#include <spdlog/spdlog.h>

namespace digitalis {

RunLog::RunLog(const std::filesystem::path& file)
    : logger_(
          std::make_shared<spdlog::logger>("run", std::make_shared<spdlog::sinks::basic_file_sink_mt>(file.string()))) {
  logger_->set_pattern("%Y-%m-%dT%H:%M:%S.%eZ %v", spdlog::pattern_time_type::utc);
  logger_->flush_on(spdlog::level::info);
}

void RunLog::info(const std::string& message) const {
  if (logger_) logger_->info(message);
}

}  // namespace digitalis
