#include "screening/report/pose_block.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <map>
#include <span>

#include "screening/report/little_endian.hpp"

namespace digitalis {
namespace {

constexpr double kStepsPerA = 100.0;
constexpr double kReach_A = 327.0;  // what an int16 of 0.01 Å can say
constexpr std::size_t kMost = std::numeric_limits<std::uint16_t>::max();
constexpr unsigned kNoAngle = 65535;
constexpr unsigned kLigandIsDonor = 256;

/// Numbers each text in the order in which it is first seen.
class Names {
 public:
  explicit Names(std::vector<std::string>& all) : all_(all) {}
  unsigned number(const std::string& name) {
    const auto [entry, is_new] = index_.try_emplace(name, static_cast<unsigned>(all_.size()));
    if (is_new) all_.push_back(name);
    return entry->second;
  }

 private:
  std::vector<std::string>& all_;
  std::map<std::string, unsigned> index_;
};

bool within_reach(const Position& at, const std::array<int, 3>& origin) {
  for (std::size_t k = 0; k < 3; ++k)
    if (!(std::abs(at[k] - origin[k]) < kReach_A)) return false;  // NaN too
  return true;
}

/// x of all, then y of all, then z of all.
template <class Things, class Where>
void put_positions(std::string& out, const Things& things, const std::array<int, 3>& origin, const Where& where) {
  for (std::size_t k = 0; k < 3; ++k)
    for (const auto& thing : things) put_i16(out, std::lround((where(thing)[k] - origin[k]) * kStepsPerA));
}

bool fits(const ReportPose& pose, const std::array<int, 3>& origin) {
  const auto near = [&](const Position& at) { return within_reach(at, origin); };
  return !pose.atoms_A.empty() && pose.atoms_A.size() <= kMost && pose.hydrogens.size() <= kMost &&
         pose.contacts.size() <= kMost && std::all_of(pose.atoms_A.begin(), pose.atoms_A.end(), near) &&
         std::all_of(pose.hydrogens.begin(), pose.hydrogens.end(),
                     [&](const auto& hydrogen) { return hydrogen.on < pose.atoms_A.size() && near(hydrogen.at_A); }) &&
         std::all_of(pose.contacts.begin(), pose.contacts.end(), [&](const ReportContact& contact) {
           return near(contact.ligand_A) && near(contact.receptor_A) && contact.distance_A >= 0 &&
                  contact.distance_A < kReach_A && (!contact.water_A || near(*contact.water_A));
         });
}

void put_contacts(std::string& out, std::span<const ReportContact> contacts, const std::array<int, 3>& origin,
                  Names& kinds, Names& residues) {
  for (const auto& contact : contacts)
    put_u16(out, (kinds.number(contact.kind) & 0xFFU) + (contact.ligand_is_donor ? kLigandIsDonor : 0U));
  for (const auto& contact : contacts) put_u16(out, residues.number(contact.residue));
  for (const auto& contact : contacts)
    put_u16(out, static_cast<unsigned>(std::lround(contact.distance_A * kStepsPerA)));
  for (const auto& contact : contacts)
    put_u16(out, contact.angle_deg ? static_cast<unsigned>(std::lround(std::abs(*contact.angle_deg))) : kNoAngle);
  put_positions(out, contacts, origin, [](const ReportContact& contact) { return contact.ligand_A; });
  put_positions(out, contacts, origin, [](const ReportContact& contact) { return contact.receptor_A; });
  std::vector<Position> waters_A;
  for (std::size_t i = 0; i < contacts.size(); ++i) {
    if (!contacts[i].water_A) continue;
    put_u16(out, static_cast<unsigned>(i));
    waters_A.push_back(*contacts[i].water_A);
  }
  put_positions(out, waters_A, origin, [](const Position& at) { return at; });
}

}  // namespace

PoseBlock encode_poses(const ReportData& data) {
  PoseBlock block;
  Names kinds{block.kinds}, residues{block.residues};
  std::map<std::string, std::size_t> pocket_of;
  for (std::size_t i = 0; i < data.pockets.size(); ++i) pocket_of.emplace(data.pockets[i].target, i);
  block.origin_A.resize(data.pockets.size(), {});
  std::vector<bool> has_origin(data.pockets.size(), false);
  std::string poses;
  std::vector<std::size_t> offsets;
  for (std::size_t i = 0; i < data.poses.size(); ++i) {
    const ReportPose& pose = data.poses[i];
    const auto pocket = pocket_of.find(pose.target);
    if (pocket == pocket_of.end() || pose.atoms_A.empty()) continue;
    auto& origin = block.origin_A[pocket->second];
    if (!has_origin[pocket->second]) {
      has_origin[pocket->second] = true;
      for (std::size_t k = 0; k < 3; ++k) {
        const double at = pose.atoms_A[0][k];
        origin[k] = std::abs(at) < 1e6 ? static_cast<int>(at) : 0;
      }
    }
    if (!fits(pose, origin)) continue;
    offsets.push_back(poses.size());
    block.kept.push_back(i);
    block.pocket.push_back(pocket->second);
    const auto waters =
        std::count_if(pose.contacts.begin(), pose.contacts.end(), [](const auto& contact) { return contact.water_A; });
    for (const std::size_t n :
         {pose.atoms_A.size(), pose.hydrogens.size(), pose.contacts.size(), static_cast<std::size_t>(waters)})
      put_u16(poses, static_cast<unsigned>(n));
    put_positions(poses, pose.atoms_A, origin, [](const Position& at) { return at; });
    for (const auto& hydrogen : pose.hydrogens) put_u16(poses, hydrogen.on);
    put_positions(poses, pose.hydrogens, origin, [](const auto& hydrogen) { return hydrogen.at_A; });
    put_contacts(poses, pose.contacts, origin, kinds, residues);
  }
  offsets.push_back(poses.size());
  const std::size_t head = 4 * (offsets.size() + 1);
  block.bytes.assign(head, '\0');
  put_u32_at(block.bytes, 0, offsets.size() - 1);
  for (std::size_t i = 0; i < offsets.size(); ++i) put_u32_at(block.bytes, 4 * (i + 1), head + offsets[i]);
  block.bytes += poses;
  return block;
}

}  // namespace digitalis
