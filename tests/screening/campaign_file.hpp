#pragma once
// A campaign file as a test writes it, and what is said about it.

#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <vector>

#include "chem/usage_error.hpp"
#include "screening/campaign.hpp"
#include "tests/scheduler/scratch_folder.hpp"

namespace digitalis {

inline constexpr const char* kSmallest =
    "[campaign]\n"
    "name = \"small\"\n"
    "[library]\n"
    "files = [\"lib.smi\"]\n"
    "[[targets]]\n"
    "name = \"EGFR\"\n"
    "actives = [\"CCO\"]\n";

class CampaignFile : public ::testing::Test {
 protected:
  Campaign read(const std::string& text) {
    findings_ = {};
    testing::write_file(file_, text);
    return read_campaign(file_, findings_);
  }
  /// What is said about a campaign, with the folder cut off: "campaign.toml:2:8: ...".
  std::vector<std::string> said_about(const std::string& text) {
    (void)read(text);
    std::vector<std::string> messages;
    for (const Finding& finding : findings_.all()) messages.push_back(without_folder(finding.message));
    return messages;
  }
  /// The smallest campaign with lines added; the first of them is line 8.
  std::vector<std::string> said_about_smallest_and(const std::string& lines) { return said_about(kSmallest + lines); }
  /// The message that read_campaign() throws.
  std::string thrown_by(const std::filesystem::path& file) {
    Findings findings;
    try {
      (void)read_campaign(file, findings);
    } catch (const UsageError& error) {
      return without_folder(error.what());
    }
    return "nothing was thrown";
  }
  std::string without_folder(std::string text) const {
    const std::string prefix = folder_.path().string() + "/";
    for (auto at = text.find(prefix); at != std::string::npos; at = text.find(prefix)) text.erase(at, prefix.size());
    return text;
  }
  std::string identity_of(const std::string& text) { return read(text).identity(); }

  testing::ScratchFolder folder_;
  std::filesystem::path file_ = folder_.path() / "campaign.toml";
  Findings findings_;
};

}  // namespace digitalis
