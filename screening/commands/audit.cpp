#include <iostream>

#include "chem/file_io.hpp"
#include "chem/suggest.hpp"
#include "chem/usage_error.hpp"
#include "screening/command.hpp"
#include "screening/governance/audit_export.hpp"
#include "screening/governance/audit_verify.hpp"
#include "screening/governance/run_audit.hpp"
#include "screening/governance/run_tree.hpp"
#include "screening/weights_of_run.hpp"

namespace digitalis {
namespace {

namespace po = boost::program_options;
using namespace governance;

std::string option(const Options& options, const char* name) {
  return options.contains(name) ? options[name].as<std::string>() : "";
}

/// The log that was named: a file, or a run directory with its own.
std::filesystem::path log_of(const std::string& text) {
  std::filesystem::path file{text};
  if (std::filesystem::is_directory(file)) file /= "audit.jsonl";
  if (!std::filesystem::is_regular_file(file))
    throw UsageError(text + ": no audit log; hint: give LOG, or a run directory that holds audit.jsonl");
  return file;
}

/// The run directory that was named, by --run or because its own log is asked about; empty: none.
std::string run_of(const Options& options, const std::string& subject) {
  const std::string run = option(options, "run");
  return run.empty() && std::filesystem::exists(std::filesystem::path{subject} / "manifest.json") ? subject : run;
}

AuditVerdict verdict_of(const Options& options, const std::filesystem::path& log) {
  std::optional<HeldHead> held;
  if (const std::string head = option(options, "head"); !head.empty()) held = HeldHead::parse(head);
  return verify_log(log, held);
}

void print_verdict(const std::filesystem::path& log, const AuditVerdict& verdict,
                   const std::vector<std::string>& run_problems) {
  for (const std::string& note : verdict.notes) std::cout << "note: " << note << '\n';
  if (!verdict.intact()) std::cout << "BROKEN: " << verdict.problem << '\n';
  for (const std::string& problem : run_problems) std::cout << "CHANGED: " << problem << '\n';
  if (verdict.intact())
    std::cout << log.string() << ": " << verdict.head.count << " records, each follows the one before it\n";
  else
    std::cout << log.string() << ": the first " << verdict.head.count << " records follow one another\n";
  std::cout << "head: " << verdict.head.text() << "\nroot: " << verdict.head.root << '\n';
}

int verify(const Options& options, const std::string& subject) {
  const std::filesystem::path log = log_of(subject);
  const AuditVerdict verdict = verdict_of(options, log);
  std::vector<std::string> run_problems;
  if (const std::string run = option(options, "run"); !run.empty())
    run_problems = problems_of_run(run, verdict.records);
  WeightsAudit weights;
  if (const std::string run = run_of(options, subject); !run.empty()) {
    weights = audit_weights(run, verdict.records);
    run_problems.insert(run_problems.end(), weights.problems.begin(), weights.problems.end());
  }
  if (options.contains("json")) {
    nlohmann::json json{{"intact", verdict.intact()},
                        {"records", verdict.head.count},
                        {"head", {{"count", verdict.head.count}, {"hash", verdict.head.hash}}},
                        {"root", verdict.head.root},
                        {"notes", verdict.notes},
                        {"run_problems", run_problems}};
    if (!weights.note.empty()) json["weights"] = weights.note;
    if (!verdict.intact()) json["first_bad_record"] = verdict.bad_record;
    if (!verdict.intact()) json["problem"] = verdict.problem;
    std::cout << json.dump(2) << '\n';
  } else {
    print_verdict(log, verdict, run_problems);
    if (!weights.note.empty()) std::cout << weights.note << '\n';
  }
  return verdict.intact() && run_problems.empty() ? exit_code::kDone : exit_code::kWorldFailed;
}

void write(const std::string& text, const Options& options) {
  const std::string file = option(options, "out");
  if (file.empty()) {
    std::cout << text;
  } else {
    write_file_atomically(file, text);
    std::cerr << file << " written\n";
  }
}

int export_log(const Options& options, const std::string& subject) {
  const std::filesystem::path log = log_of(subject);
  const AuditVerdict verdict = verdict_of(options, log);
  if (!verdict.intact())
    throw AuditLogError(log.string() + ": " + verdict.problem + "; hint: nothing is exported from a broken log");
  if (const std::string file = option(options, "agreement"); !file.empty()) {
    Findings findings;
    const std::optional<Agreement> agreement = read_agreement(file, findings);
    findings.throw_if_errors();
    write(data_use_register(verdict.records, *agreement), options);
    return exit_code::kDone;
  }
  std::string campaign = option(options, "campaign");
  if (const std::string run = option(options, "run"); !run.empty()) campaign = campaign_id_of_run(run);
  write(in_toto_statement(verdict.records, verdict.head, campaign).dump(2) + "\n", options);
  return exit_code::kDone;
}

int prove(const Options& options, const std::string& subject) {
  if (!options.contains("stage") || !options.contains("chunk"))
    throw UsageError("which chunk? hint: --stage N --chunk N");
  const std::filesystem::path journal = std::filesystem::path{subject} / "journal";
  if (!std::filesystem::is_directory(journal))
    throw UsageError(subject + ": not a run directory; hint: give the --out of 'digitalis screen'");
  const FrameKey key{options["stage"].as<std::uint32_t>(), options["chunk"].as<std::uint64_t>()};
  const Journal chunks = Journal::scan(journal);
  const nlohmann::json proof = prove_chunk(chunks, key);
  if (const std::string file = option(options, "payload"); !file.empty()) write_file_atomically(file, chunks.read(key));
  write(proof.dump(2) + "\n", options);
  return exit_code::kDone;
}

/// The root to hold a proof against: given, or of the last run.end of a log that has one.
std::string root_to_compare(const Options& options) {
  if (const std::string root = option(options, "root"); !root.empty()) return root;
  if (const std::string log = option(options, "log"); !log.empty()) {
    const AuditVerdict verdict = verdict_of(options, log_of(log));
    if (!verdict.intact()) throw AuditLogError(log + ": " + verdict.problem);
    const std::string campaign = option(options, "campaign");
    std::string root;
    for (const nlohmann::json& record : verdict.records)
      if (record.contains("merkle") && (campaign.empty() || record.value("campaign_id", "") == campaign))
        root = record.at("merkle").at("root");
    if (!root.empty()) return root;
    throw UsageError(log + ": holds no Merkle root of a run; hint: give the log of a run that came to its end");
  }
  throw UsageError("what should the proof be held against? hint: --log LOG, or --root HASH");
}

int check(const Options& options, const std::string& subject) {
  const nlohmann::json proof = nlohmann::json::parse(read_file(subject), nullptr, false);
  const std::string root = root_of_proof(proof), expected = root_to_compare(options);
  if (root != expected) {
    std::cout << "BROKEN: the proof leads to " << root << ", not to " << expected << '\n';
    return exit_code::kWorldFailed;
  }
  const std::string payload = option(options, "payload");
  if (!payload.empty() && to_hex(sha256_of_file(payload)) != proof.at("payload_sha256")) {
    std::cout << "BROKEN: " << payload << " is not the chunk that the proof is about\n";
    return exit_code::kWorldFailed;
  }
  std::cout << "chunk " << proof.at("chunk") << " of stage " << proof.at("stage") << " is one of the "
            << proof.at("leaves") << " that root " << root << " stands for\n";
  return exit_code::kDone;
}

int repair(const std::string& subject) {
  const AuditHead head = AuditLog{log_of(subject)}.repair(AuditContext::of_this_process("administrator", ""));
  std::cout << "head: " << head.text() << '\n';
  return exit_code::kDone;
}

int run(const Options& options, MpiWorld*) {
  const std::string action = options["action"].as<std::string>(), subject = options["subject"].as<std::string>();
  if (action == "verify") return verify(options, subject);
  if (action == "export") return export_log(options, subject);
  if (action == "prove") return prove(options, subject);
  if (action == "check") return check(options, subject);
  if (action == "repair") return repair(subject);
  const std::string nearest = nearest_name(action, {"verify", "export", "prove", "check", "repair"});
  throw UsageError("audit: unknown action '" + action + "'; hint: " +
                   (nearest.empty() ? "verify, export, prove, check or repair" : "did you mean '" + nearest + "'?"));
}

}  // namespace

Command audit_command() {
  Command command;
  command.name = "audit";
  command.usage = "verify|export|prove|check|repair LOG|RUN|PROOF [options]";
  command.summary = "is the audit log whole; what was used, allowed, refused and handed out";
  command.help =
      "verify LOG    names the first record that was changed, removed, moved or cut off; exit code 1 when there is "
      "one.\n"
      "              Commands that log print a head (COUNT HASH): with one kept outside, --head also finds a log that\n"
      "              was written anew. --run compares a run's files and journal with what was logged when it ended.\n"
      "              The weights of a run (--run, or LOG is its directory) are derived again, where its tables still "
      "are.\n"
      "export LOG    an in-toto statement about a run's result files; with --agreement, rows for a data-use register.\n"
      "prove RUN     a proof that one chunk of a run's journal is part of the run's Merkle root, and nothing else of "
      "it.\n"
      "check PROOF   holds such a proof against the root in a log.\n"
      "repair LOG    goes on with a log that lost its head file or its last records; that, too, becomes a record.\n"
      "LOG may be a run directory that holds its own audit.jsonl.";
  command.examples =
      "digitalis audit verify run\n"
      "digitalis audit verify /var/lib/digitalis/audit.jsonl --head '12 9f86d081884c7d65...' --run run\n"
      "digitalis audit export run -o run.intoto.json\n"
      "digitalis audit export run --agreement dsa.json -o register.csv\n"
      "digitalis audit prove run --stage 1 --chunk 0 -o proof.json --payload chunk.bin\n"
      "digitalis audit check proof.json --log run --payload chunk.bin";
  command.cite = "B. Laurie, A. Langley, E. Kasper, RFC 6962 (2013), section 2.1 (Merkle trees)";
  command.arguments.add_options()("action", po::value<std::string>()->required())("subject",
                                                                                  po::value<std::string>()->required());
  const auto text = [](const char* name) { return po::value<std::string>()->value_name(name); };
  command.options.add_options()("head", text("HEAD"), "a head kept outside: HASH, 'COUNT HASH', or a copy of LOG.head")(
      "run", text("RUN"), "verify: compare this run too; export: the run that the statement is about")(
      "campaign", text("ID"), "export, check: of this campaign; the last run that ended when not given")(
      "agreement", text("FILE"), "export: a register of what was done under this agreement")(
      "stage", po::value<std::uint32_t>()->value_name("N"), "prove: the stage's number in the journal, from 1")(
      "chunk", po::value<std::uint64_t>()->value_name("N"), "prove: the chunk's number, from 0")(
      "payload", text("FILE"), "prove: write the chunk's bytes here; check: compare them")(
      "log", text("LOG"), "check: hold the proof against this log's root")("root", text("HASH"),
                                                                           "check: or against this one")(
      "out,o", text("FILE"), "file to write; standard output when not given")("json", "verify: as JSON");
  command.positional.add("action", 1).add("subject", 1);
  command.run = &run;
  return command;
}

}  // namespace digitalis
