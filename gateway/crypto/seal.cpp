#include "gateway/crypto/seal.hpp"

#include <fcntl.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zstd.h>

#include <cerrno>
#include <filesystem>
#include <limits>
#include <memory>
#include <optional>

#include "gateway/crypto/openssl.hpp"

namespace gateway::crypto {
namespace {

using base::Errc;
using base::fail;
using detail::Owned;

constexpr std::size_t kKey = 32;
constexpr std::size_t kNonce = 12;
constexpr std::size_t kTag = 16;
constexpr int kZstdLevel = 1;  ///< a level more costs a third more time for 3 % less

using Key = std::array<std::uint8_t, kKey>;

unsigned char* raw(std::string& bytes) noexcept
{
    return reinterpret_cast<unsigned char*>(bytes.data());
}

const unsigned char* raw(std::string_view bytes) noexcept
{
    return reinterpret_cast<const unsigned char*>(bytes.data());
}

bool fill_random(unsigned char* out, std::size_t size)
{
    return RAND_bytes(out, static_cast<int>(size)) == 1;
}

/// One context a thread: made once, keyed anew for each message.
EVP_CIPHER_CTX* cipher_context()
{
    static const EVP_CIPHER* const aes = EVP_CIPHER_fetch(nullptr, "AES-256-GCM", nullptr);
    thread_local const Owned<EVP_CIPHER_CTX> context(EVP_CIPHER_CTX_new());
    const bool ready = aes != nullptr && context != nullptr &&
                       EVP_CipherInit_ex2(context.get(), aes, nullptr, nullptr, 1, nullptr) == 1;
    return ready ? context.get() : nullptr;
}

/// `box` is nonce || plain || room for the tag, and becomes nonce || ciphertext || tag.
bool encrypt(const Key& key, std::string_view context, std::string& box)
{
    auto* const cipher = cipher_context();
    const auto size = static_cast<int>(box.size() - kNonce - kTag);
    int done = 0;
    return cipher != nullptr && fill_random(raw(box), kNonce) &&
           EVP_EncryptInit_ex2(cipher, nullptr, key.data(), raw(box), nullptr) == 1 &&
           EVP_EncryptUpdate(cipher, nullptr, &done, raw(context),
                             static_cast<int>(context.size())) == 1 &&
           EVP_EncryptUpdate(cipher, raw(box) + kNonce, &done, raw(box) + kNonce, size) == 1 &&
           EVP_EncryptFinal_ex(cipher, raw(box) + kNonce + done, &done) == 1 &&
           EVP_CIPHER_CTX_ctrl(cipher, EVP_CTRL_AEAD_GET_TAG, kTag, raw(box) + box.size() - kTag) ==
               1;
}

/// The plain bytes of nonce || ciphertext || tag; nothing when a bit was changed.
std::optional<std::string> decrypt(const Key& key, std::string_view context, std::string_view box)
{
    if (box.size() < kNonce + kTag || box.size() > std::numeric_limits<int>::max()) {
        return std::nullopt;
    }
    auto* const cipher = cipher_context();
    std::string plain(box.size() - kNonce - kTag, '\0');
    std::string tag(box.substr(box.size() - kTag));
    int done = 0;
    const bool right = cipher != nullptr &&
                       EVP_DecryptInit_ex2(cipher, nullptr, key.data(), raw(box), nullptr) == 1 &&
                       EVP_DecryptUpdate(cipher, nullptr, &done, raw(context),
                                         static_cast<int>(context.size())) == 1 &&
                       EVP_DecryptUpdate(cipher, raw(plain), &done, raw(box) + kNonce,
                                         static_cast<int>(plain.size())) == 1 &&
                       EVP_CIPHER_CTX_ctrl(cipher, EVP_CTRL_AEAD_SET_TAG, kTag, tag.data()) == 1 &&
                       EVP_DecryptFinal_ex(cipher, raw(plain) + done, &done) == 1;
    ERR_clear_error();
    return right ? std::optional(std::move(plain)) : std::nullopt;
}

struct FreeZstd {
    void operator()(ZSTD_CCtx* context) const noexcept { ZSTD_freeCCtx(context); }
    void operator()(ZSTD_DCtx* context) const noexcept { ZSTD_freeDCtx(context); }
};

/// nonce room || zstd || tag room, ready for encrypt(); nothing when there is no memory.
std::optional<std::string> compress(std::string_view plain)
{
    thread_local const std::unique_ptr<ZSTD_CCtx, FreeZstd> context(ZSTD_createCCtx());
    std::string box(kNonce + ZSTD_compressBound(plain.size()) + kTag, '\0');
    const auto size =
        ZSTD_compressCCtx(context.get(), box.data() + kNonce, box.size() - kNonce - kTag,
                          plain.data(), plain.size(), kZstdLevel);
    if (ZSTD_isError(size) != 0) {
        return std::nullopt;
    }
    box.resize(kNonce + size + kTag);
    return box;
}

std::optional<std::string> decompress(std::string_view bytes, std::size_t size)
{
    thread_local const std::unique_ptr<ZSTD_DCtx, FreeZstd> context(ZSTD_createDCtx());
    std::string plain(size, '\0');
    const auto done =
        ZSTD_decompressDCtx(context.get(), plain.data(), size, bytes.data(), bytes.size());
    return ZSTD_isError(done) == 0 && done == size ? std::optional(std::move(plain)) : std::nullopt;
}

base::Failure altered(std::string where)
{
    return fail(Errc::evidence_altered, std::move(where),
                {"los bytes sellados, sin cambio", "the sealed bytes, unchanged"});
}

base::Failure unusable(const std::string& path, base::Text expected)
{
    return fail(Errc::unusable_key, path, std::move(expected));
}

class File {
public:
    File(const std::string& path, int flags) : descriptor_(::open(path.c_str(), flags, 0600)) {}
    ~File()
    {
        if (descriptor_ >= 0) {
            ::close(descriptor_);
        }
    }
    File(const File&) = delete;
    File& operator=(const File&) = delete;

    [[nodiscard]] bool is_open() const noexcept { return descriptor_ >= 0; }
    [[nodiscard]] int get() const noexcept { return descriptor_; }

private:
    int descriptor_;
};

base::Result<MasterKey> load(const std::string& path)
{
    const File file(path, O_RDONLY | O_CLOEXEC);
    struct stat status {};
    if (!file.is_open() || ::fstat(file.get(), &status) != 0) {
        return unusable(path, {"un archivo legible", "a readable file"});
    }
    if ((status.st_mode & 077U) != 0) {
        return unusable(path, {"modo 0600: sólo su dueño", "mode 0600: its owner alone"});
    }
    Key bytes{};
    if (!S_ISREG(status.st_mode) || status.st_size != static_cast<off_t>(kKey) ||
        ::read(file.get(), bytes.data(), kKey) != static_cast<ssize_t>(kKey)) {
        return unusable(path, {"32 bytes", "32 bytes"});
    }
    auto key = MasterKey::from_bytes(bytes);
    OPENSSL_cleanse(bytes.data(), bytes.size());
    return key;
}

/// Writes a fresh key beside `path` and links it there: a crash leaves no half a key, and of two
/// that begin together one wins and both read the same.
bool create(const std::string& path)
{
    Key bytes{};
    if (!fill_random(bytes.data(), kKey)) {
        return false;
    }
    const auto draft = path + "." + std::to_string(::getpid()) + ".new";
    bool written = false;
    {
        const File file(draft, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC);
        written = file.is_open() &&
                  ::write(file.get(), bytes.data(), kKey) == static_cast<ssize_t>(kKey) &&
                  ::fsync(file.get()) == 0;
    }
    OPENSSL_cleanse(bytes.data(), bytes.size());
    const bool linked = written && (::link(draft.c_str(), path.c_str()) == 0 || errno == EEXIST);
    ::unlink(draft.c_str());
    const auto parent = std::filesystem::path(path).parent_path();
    const File folder(parent.empty() ? "." : parent.string(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    return linked && folder.is_open() && ::fsync(folder.get()) == 0;
}

}  // namespace

MasterKey::~MasterKey()
{
    OPENSSL_cleanse(bytes_.data(), bytes_.size());
}

base::Result<MasterKey> MasterKey::load_or_create(const std::string& path)
{
    if (::access(path.c_str(), F_OK) != 0 && !create(path)) {
        return unusable(path, {"una carpeta donde escribir", "a folder to write in"});
    }
    return load(path);
}

base::Result<Sealed> seal(const MasterKey& master, std::string_view plain, std::string_view context)
{
    if (plain.size() > std::size_t{1} << 30U) {
        return fail(Errc::limit_exceeded, "payload", {"a lo más 1 GiB", "at most 1 GiB"});
    }
    auto box = compress(plain);
    Key data_key{};
    std::string wrapped(kNonce + kKey + kTag, '\0');
    const bool done =
        box.has_value() && fill_random(data_key.data(), kKey) && encrypt(data_key, context, *box);
    std::copy(data_key.begin(), data_key.end(), raw(wrapped) + kNonce);
    OPENSSL_cleanse(data_key.data(), data_key.size());
    if (!done || !encrypt(master.bytes(), context, wrapped)) {
        OPENSSL_cleanse(wrapped.data(), wrapped.size());
        ERR_clear_error();
        return fail(Errc::internal, "payload", {"bytes que se puedan cifrar", "bytes to encrypt"});
    }
    return Sealed{std::move(wrapped), *std::move(box)};
}

base::Result<std::string> open(const MasterKey& master, const Sealed& sealed,
                               std::string_view context, std::size_t largest)
{
    auto unwrapped = decrypt(master.bytes(), context, sealed.wrapped_key);
    if (!unwrapped || unwrapped->size() != kKey) {
        return altered("payload.key");
    }
    Key data_key{};
    std::copy(unwrapped->begin(), unwrapped->end(), data_key.begin());
    const auto compressed = decrypt(data_key, context, sealed.bytes);
    OPENSSL_cleanse(data_key.data(), data_key.size());
    OPENSSL_cleanse(unwrapped->data(), unwrapped->size());
    if (!compressed) {
        return altered("payload");
    }
    const auto size = ZSTD_getFrameContentSize(compressed->data(), compressed->size());
    if (size == ZSTD_CONTENTSIZE_ERROR || size == ZSTD_CONTENTSIZE_UNKNOWN) {
        return altered("payload");
    }
    if (size > largest) {
        const auto limit = std::to_string(largest);
        return fail(Errc::limit_exceeded, "payload",
                    {"a lo más " + limit + " bytes", "at most " + limit + " bytes"});
    }
    auto plain = decompress(*compressed, size);
    if (!plain) {
        return altered("payload");
    }
    return *std::move(plain);
}

std::string hmac_sha256(std::string_view key, std::string_view bytes)
{
    std::string out(EVP_MAX_MD_SIZE, '\0');
    unsigned int size = 0;
    static const EVP_MD* const sha256 = EVP_MD_fetch(nullptr, "SHA256", nullptr);
    HMAC(sha256, key.data(), static_cast<int>(key.size()), raw(bytes), bytes.size(), raw(out),
         &size);
    out.resize(size);
    return out;
}

}  // namespace gateway::crypto
