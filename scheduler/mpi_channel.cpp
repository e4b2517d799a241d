#include <iterator>
#include <limits>
#include <memory>
#include <stdexcept>
#include <thread>
#include <utility>

#include "scheduler/mpi_internal.hpp"

namespace digitalis::mpi {

namespace {
constexpr int kTag = 1;
}

void check(int code, const char* call) {
  if (code == MPI_SUCCESS) return;
  char text[MPI_MAX_ERROR_STRING] = {};
  int length = 0;
  MPI_Error_string(code, text, &length);
  throw std::runtime_error(std::string(call) + ": " + std::string(text, static_cast<std::size_t>(length)));
}

void wait_all(std::vector<MPI_Request>& requests, MpiWorld* world) {
  Nap nap;
  while (true) {
    int done = 0;
    check(MPI_Testall(static_cast<int>(requests.size()), requests.data(), &done, MPI_STATUSES_IGNORE), "MPI_Testall");
    if (done != 0) return;
    if (world != nullptr) world->leave_when_ranks_are_lost();
    std::this_thread::sleep_for(nap.next());
  }
}

void wait(MPI_Request request, MpiWorld* world) {
  std::vector<MPI_Request> one{request};
  wait_all(one, world);
}

Channel::Channel(MpiWorld& world)
    : world_(world), comm_(world.letters_ ? world.letters_->comms[world.letters_->used++ % 2] : MPI_COMM_NULL) {}

Channel::~Channel() {
  if (!has_forgotten_) return;
  // MPI reads these bytes until the process ends, which is soon.
  [[maybe_unused]] const auto* const kept = std::make_unique<std::list<Outgoing>>(std::move(forgotten_)).release();
  [[maybe_unused]] const auto* const arriving = incoming_.release();
}

void Channel::forget(int rank) {
  has_forgotten_ = true;
  for (auto at = outgoing_.begin(); at != outgoing_.end();) {
    const auto next = std::next(at);
    if (at->to == rank) forgotten_.splice(forgotten_.end(), outgoing_, at);
    at = next;
  }
  if (incoming_ && incoming_->letter.rank == rank) {
    [[maybe_unused]] const auto* const kept = incoming_.release();  // its rest will not come, or comes too late
  }
}

void Channel::send(int rank, std::string bytes) {
  if (bytes.size() > static_cast<std::size_t>(std::numeric_limits<int>::max()))
    throw std::length_error("a message of " + std::to_string(bytes.size()) +
                            " bytes is too long for MPI; hint: cut the work into smaller chunks");
  Outgoing& out = outgoing_.emplace_back(Outgoing{MPI_REQUEST_NULL, std::move(bytes), rank});
  check(MPI_Isend(out.bytes.data(), static_cast<int>(out.bytes.size()), MPI_BYTE, rank, kTag, comm_, &out.request),
        "MPI_Isend");
}

bool Channel::receive(Letter& letter) {
  if (comm_ == MPI_COMM_NULL) return false;  // a world without MPI, of one rank
  if (!incoming_) {
    int there = 0;
    MPI_Message message = MPI_MESSAGE_NULL;
    MPI_Status status;
    check(MPI_Improbe(MPI_ANY_SOURCE, kTag, comm_, &there, &message, &status), "MPI_Improbe");
    if (there == 0) return false;
    int length = 0;
    check(MPI_Get_count(&status, MPI_BYTE, &length), "MPI_Get_count");
    incoming_ = std::make_unique<Incoming>();
    incoming_->letter.rank = status.MPI_SOURCE;
    incoming_->letter.bytes.resize(static_cast<std::size_t>(length));
    check(MPI_Imrecv(incoming_->letter.bytes.data(), length, MPI_BYTE, &message, &incoming_->request), "MPI_Imrecv");
  }
  int done = 0;
  check(MPI_Test(&incoming_->request, &done, MPI_STATUS_IGNORE), "MPI_Test");
  if (done == 0) return false;
  letter = std::move(incoming_->letter);
  incoming_.reset();
  return true;
}

bool Channel::all_sent() {
  std::erase_if(outgoing_, [](Outgoing& out) {
    int done = 0;
    check(MPI_Test(&out.request, &done, MPI_STATUS_IGNORE), "MPI_Test");
    return done != 0;
  });
  return outgoing_.empty();
}

void Channel::wait_until_sent() {
  Nap nap;
  while (!all_sent()) {
    if (world_.must_leave()) world_.leave();
    std::this_thread::sleep_for(nap.next());
  }
}

}  // namespace digitalis::mpi
