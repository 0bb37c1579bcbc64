// OpenSSL 3 deprecates engines for providers, but Debian 12 has no PKCS#11 provider.
#define OPENSSL_SUPPRESS_DEPRECATED

#include "gateway/crypto/pkcs11.hpp"

#include <openssl/crypto.h>
#include <openssl/engine.h>
#include <openssl/err.h>
#include <openssl/evp.h>

#include <mutex>
#include <string>
#include <utility>

#include "fhir_models/base/text.hpp"
#include "gateway/crypto/openssl.hpp"

namespace gateway::crypto::detail {
namespace {

base::Failure unusable(base::Text expected)
{
    ERR_clear_error();
    return base::fail(base::Errc::unusable_key, "pkcs11", std::move(expected));
}

/// The two halves of the URI (RFC 7512 §2.3): which key, and by which module.
struct Uri {
    std::string key;
    std::string module_path;
};

Uri split(std::string_view uri)
{
    const auto question = std::min(uri.find('?'), uri.size());
    Uri halves{std::string(uri.substr(0, question)), {}};
    if (question == uri.size()) {
        return halves;
    }
    for (const auto attribute : base::split(uri.substr(question + 1), '&')) {
        constexpr std::string_view kModulePath = "module-path=";
        if (attribute.starts_with(kModulePath)) {
            halves.module_path = attribute.substr(kModulePath.size());
        }
    }
    return halves;
}

/// The engine with `module_path` loaded; null when it is not installed, the module is none, or
/// another module was loaded before.
ENGINE* engine_with(const std::string& module_path)
{
    static ENGINE* loaded = nullptr;
    static std::string loaded_path;
    if (loaded != nullptr) {
        return loaded_path == module_path ? loaded : nullptr;
    }
    ENGINE* const engine = ENGINE_by_id("pkcs11");
    if (engine == nullptr || ENGINE_ctrl_cmd_string(engine, "QUIET", nullptr, 0) != 1 ||
        ENGINE_ctrl_cmd_string(engine, "MODULE_PATH", module_path.c_str(), 0) != 1 ||
        ENGINE_init(engine) != 1) {
        ENGINE_free(engine);
        return nullptr;
    }
    loaded = engine;
    loaded_path = module_path;
    return loaded;
}

}  // namespace

base::Result<std::shared_ptr<evp_pkey_st>> load_pkcs11(std::string_view uri, std::string_view pin)
{
    static std::mutex taking_turns;
    const std::lock_guard lock(taking_turns);
    const auto halves = split(uri);
    if (halves.module_path.empty()) {
        return unusable({"un URI con module-path", "a URI with module-path"});
    }
    ENGINE* const engine = engine_with(halves.module_path);
    if (engine == nullptr) {
        return unusable({"libengine-pkcs11-openssl y un solo módulo PKCS#11",
                         "libengine-pkcs11-openssl and one PKCS#11 module"});
    }
    // By command and not in the URI, which the engine writes to the terminal when it fails.
    std::string copy(pin);
    const bool given = ENGINE_ctrl_cmd_string(engine, "PIN", copy.c_str(), 0) == 1;
    OPENSSL_cleanse(copy.data(), copy.size());
    std::shared_ptr<EVP_PKEY> key(
        given ? ENGINE_load_private_key(engine, halves.key.c_str(), nullptr, nullptr) : nullptr,
        Free());
    if (key == nullptr) {
        return unusable(
            {"una llave privada en el token y su PIN", "a private key in the token and its PIN"});
    }
    return key;
}

}  // namespace gateway::crypto::detail
