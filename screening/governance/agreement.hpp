#pragma once
// The data-use agreement: who may use which aggregate NHS tables, for what, until when, and what patients get for it. A
// JSON file that people sign; nothing of it is computed by this program.

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "chem/sha256.hpp"
#include "screening/findings.hpp"
#include "screening/governance/dates.hpp"

namespace digitalis::governance {

/// A file as read: every field is there and of its type. What it permits is for the gate to say (gate.hpp): an empty
/// benefit is read, and refused there.
struct Agreement {
  std::filesystem::path file;
  Sha256 sha256{};  ///< of the file's bytes: which text was agreed to

  std::string id;
  std::int64_t version = 0;
  enum class Status : std::uint8_t { kActive, kSuspended, kRevoked } status = Status::kActive;

  struct Controller {
    std::string name;
    bool joint = false;
    std::string contact;
  } controller;

  struct Partner {
    std::string name;  ///< "*": whoever uses this site; for tables under an open licence
    std::string type;  ///< commercial, academic, charity, public_body; any (with "*")
  } partner;

  struct Person {
    std::string name, organisation, role;
    std::optional<Date> date;
  };
  std::vector<Person> signatories;
  Person approver;  ///< without an organisation

  struct Purpose {
    std::string text, aim_patient_benefit;
    std::vector<std::string> duo;            ///< GA4GH Data Use Ontology: "DUO:0000007 MONDO_0004975"
    std::vector<std::string> disease_scope;  ///< ontology ids; "*": any
    std::vector<std::string> prohibited;
  } purpose;

  struct Dataset {
    std::string table_id, sha256, licence;
  };
  std::vector<Dataset> datasets;

  std::string legal_basis, opt_outs_applied;
  Date valid_from, valid_to;  ///< both days count, in UTC
  std::optional<std::uint64_t> max_campaigns;
  bool sublicensing = false, exclusivity = false;

  struct DisclosureControl {
    std::int64_t min_count = 8;
    std::vector<std::string> levels;  ///< national, region
    bool national_exempt = false;
  } sdc;

  struct Benefit {
    std::string type;  ///< fee, revenue_share, access_price, open_publication, return_of_results
    std::string terms, measure;
    std::optional<Date> review_date;
  } benefit;

  struct IntellectualProperty {
    std::string background, foreground_owner, nhs_rights;
  } ip;

  struct Publication {
    std::string register_entry;
    std::optional<Date> results_by;
  } publication;

  [[nodiscard]] bool is_for_everybody() const { return partner.name == "*"; }
};

/// Reads an agreement. Everything wrong with it goes to `findings`, all in one go, each with its JSON pointer:
/// "dsa.json: /purpose/disease_scop: unknown field; hint: did you mean 'disease_scope'?". Unknown, missing and repeated
/// fields are wrong. Throws std::system_error when the file cannot be read.
[[nodiscard]] std::optional<Agreement> read_agreement(const std::filesystem::path& file, Findings& findings);
/// The same of a file's bytes.
[[nodiscard]] std::optional<Agreement> parse_agreement(std::string_view bytes, const std::filesystem::path& file,
                                                       Findings& findings);

/// What says who signed a file: OpenSSH's detached signatures (`ssh-keygen -Y sign -n digitalis-agreement -f KEY
/// FILE`).
struct SignatureRequest {
  std::filesystem::path file = {};
  std::filesystem::path signature = {};             ///< empty: FILE.sig
  std::filesystem::path allowed_signers = {};       ///< see ALLOWED SIGNERS in ssh-keygen(1)
  std::filesystem::path ssh_keygen = "ssh-keygen";  ///< looked up in PATH
};
inline constexpr const char* kSignatureNamespace = "digitalis-agreement";

struct Signature {
  std::string signer;   ///< a principal of the allowed-signers file; empty: not valid
  std::string problem;  ///< why not: "what; hint: remedy"
  [[nodiscard]] bool valid() const { return problem.empty(); }
};

/// Asks ssh-keygen who signed `bytes` (what was read, so that nobody can swap the file between reading and checking).
/// Starts the program directly, without a shell, twice: to find the signer and to verify; ends it after 20 seconds.
/// Does not throw for a signature that is missing, wrong, of another namespace, or of a key that is not allowed.
[[nodiscard]] Signature check_signature(const SignatureRequest& request, std::string_view bytes);

}  // namespace digitalis::governance
