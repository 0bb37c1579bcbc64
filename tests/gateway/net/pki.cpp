#include "tests/gateway/net/pki.hpp"

#include <cstdlib>
#include <fstream>
#include <stdexcept>

#include "tests/support/files.hpp"

namespace pki {
namespace {

constexpr const char* kScript = R"(
set -e
cd "$1"
curve="-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes"
authority() {
    openssl req -x509 $curve -keyout $1.key -out $1.pem -days 2 -subj "/CN=$1" \
        -addext basicConstraints=critical,CA:TRUE -addext keyUsage=critical,keyCertSign,cRLSign
}
leaf() {  # name authority usage subjectAltName
    openssl req $curve -keyout $1.key -out $1.csr -subj "/CN=$1"
    printf 'extendedKeyUsage=%s\nsubjectAltName=%s\nbasicConstraints=CA:FALSE\n' $3 $4 >$1.ext
    openssl x509 -req -in $1.csr -CA $2.pem -CAkey $2.key -CAcreateserial -days ${5:-2} \
        -extfile $1.ext -out $1.pem
}
authority ca
authority other
leaf server ca serverAuth DNS:localhost,IP:127.0.0.1
leaf elsewhere ca serverAuth DNS:elsewhere.example
leaf hospital ca clientAuth URI:urn:test:hospital
leaf stranger other clientAuth URI:urn:test:stranger
leaf expired ca clientAuth URI:urn:test:expired -1
)";

struct Files {
    std::string ca;
    Pair server;
    Pair elsewhere;
    Pair hospital;
    Pair stranger;
    Pair expired;
};

Files make()
{
    const support::TempDir folder;
    const auto script = folder / "make.sh";
    std::ofstream(script) << kScript;
    const auto command = "bash " + script.string() + " " + folder.path().string() + " >" +
                         (folder / "log").string() + " 2>&1";
    if (std::system(command.c_str()) != 0) {
        throw std::runtime_error("openssl: " + support::read_file(folder / "log"));
    }
    const auto pair = [&folder](const std::string& name) {
        return Pair{support::read_file(folder / (name + ".pem")),
                    support::read_file(folder / (name + ".key"))};
    };
    return {support::read_file(folder / "ca.pem"),
            pair("server"),
            pair("elsewhere"),
            pair("hospital"),
            pair("stranger"),
            pair("expired")};
}

const Files& files()
{
    static const Files made = make();
    return made;
}

}  // namespace

const std::string& ca()
{
    return files().ca;
}
const Pair& server()
{
    return files().server;
}
const Pair& elsewhere()
{
    return files().elsewhere;
}
const Pair& hospital()
{
    return files().hospital;
}
const Pair& stranger()
{
    return files().stranger;
}
const Pair& expired()
{
    return files().expired;
}

gateway::net::TlsFiles server_files(const Pair& pair)
{
    return {pair.certificate, pair.key, ca()};
}

gateway::net::ClientIdentity client_identity(const Pair& pair)
{
    return {pair.certificate, pair.key, ca()};
}

}  // namespace pki
