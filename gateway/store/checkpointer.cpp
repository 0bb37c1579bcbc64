#include "gateway/store/checkpointer.hpp"

#include <utility>

#include "gateway/evidence/checkpoint.hpp"
#include "gateway/store/anchor.hpp"
#include "gateway/store/ledger_check.hpp"

namespace gateway::store {
namespace {

/// The anchored checkpoint; nothing when this ledger has never been published.
base::Result<std::optional<evidence::Checkpoint>> open_anchor(Store& store, const std::string& note,
                                                              const std::string& verifier,
                                                              const std::string& path)
{
    if (!note.empty()) {
        auto opened = evidence::open_checkpoint(note, verifier);
        if (!opened) {
            return base::Failure(opened.error());
        }
        return *std::move(opened);
    }
    const auto kept = store.latest_checkpoint();
    if (!kept) {
        return base::Failure(kept.error());
    }
    if (!kept->empty()) {
        return base::fail(
            base::Errc::ledger_inconsistent, path,
            {"el ancla de una bitácora ya publicada", "the anchor of a ledger already published"});
    }
    return std::nullopt;
}

}  // namespace

base::Result<std::unique_ptr<Checkpointer>> Checkpointer::start(Store& store, Committer& committer,
                                                                crypto::PrivateKey key,
                                                                Settings settings)
{
    const auto note = read_anchor(settings.anchor_file);
    if (!note) {
        return base::Failure(note.error());
    }
    const auto anchored = open_anchor(store, *note, evidence::verifier_key(settings.origin, key),
                                      settings.anchor_file);
    if (!anchored) {
        return base::Failure(anchored.error());
    }
    const auto consistent = check_ledger(store, anchored->value_or(evidence::Checkpoint{}));
    if (!consistent) {
        return base::Failure(consistent.error());
    }
    std::optional<std::uint64_t> published;
    if (*anchored) {
        published = (*anchored)->size;
        if (const auto saved = store.save_checkpoint(*published, *note); !saved) {
            return base::Failure(saved.error());
        }
        committer.published(*note);
    }
    return std::unique_ptr<Checkpointer>(
        new Checkpointer(store, committer, std::move(key), std::move(settings), published));
}

Checkpointer::Checkpointer(Store& store, Committer& committer, crypto::PrivateKey key,
                           Settings settings, std::optional<std::uint64_t> published)
    : store_(store),
      committer_(committer),
      key_(std::move(key)),
      settings_(std::move(settings)),
      published_(published),
      thread_([this] { run(); })
{
}

Checkpointer::~Checkpointer()
{
    {
        const std::scoped_lock lock(mutex_);
        stopping_ = true;
    }
    wake_.notify_one();
    thread_.join();
}

void Checkpointer::run()
{
    for (bool stop = false; !stop;) {
        (void)publish();  // failure() tells
        std::unique_lock lock(mutex_);
        stop = wake_.wait_for(lock, settings_.interval, [this] { return stopping_; });
    }
    (void)publish();
}

base::Result<void> Checkpointer::publish()
{
    const std::scoped_lock turn(publishing_);
    if (refused_) {
        return base::Failure(*refused_);
    }
    const auto head = committer_.head();
    if (published_ == head.size) {
        return {};
    }
    auto kept = sign_and_keep(head);
    if (kept) {
        published_ = head.size;
    }
    const std::scoped_lock lock(mutex_);
    failure_ = kept ? std::nullopt : std::optional(kept.error());
    return kept;
}

void Checkpointer::refuse(base::Error why)
{
    const std::scoped_lock turn(publishing_);
    refused_ = std::move(why);
    const std::scoped_lock lock(mutex_);
    failure_ = refused_;
}

// The anchor goes first: whatever anyone has seen is at most what the anchor holds.
base::Result<void> Checkpointer::sign_and_keep(const Committer::Head& head)
{
    const auto note = evidence::sign_checkpoint({settings_.origin, head.size, head.root}, key_);
    if (!note) {
        return base::Failure(note.error());
    }
    if (auto anchored = write_anchor(settings_.anchor_file, *note); !anchored) {
        return anchored;
    }
    if (auto saved = store_.save_checkpoint(head.size, *note); !saved) {
        return saved;
    }
    committer_.published(*note);
    return {};
}

std::optional<base::Error> Checkpointer::failure() const
{
    const std::scoped_lock lock(mutex_);
    return failure_;
}

}  // namespace gateway::store
