// TLS with a certificate that nobody but the test knows.
#include "packer/acquire/trust.h"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <csignal>

#include "loopback_server.h"
#include "packer/acquire/download.h"
#include "test_config.h"

using namespace ingot;

namespace {

// A self-signed certificate for 127.0.0.1, and a server that speaks TLS with it.
class TlsIdentity {
 public:
  TlsIdentity() {
    key_.reset(EVP_EC_gen("P-256"));
    certificate_.reset(X509_new());
    X509_set_version(certificate_.get(), 2);
    ASN1_INTEGER_set(X509_get_serialNumber(certificate_.get()), 1);
    X509_gmtime_adj(X509_getm_notBefore(certificate_.get()), -3600);
    X509_gmtime_adj(X509_getm_notAfter(certificate_.get()), 3600);
    X509_set_pubkey(certificate_.get(), key_.get());
    X509_NAME* name = X509_get_subject_name(certificate_.get());
    X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC,
                               reinterpret_cast<const unsigned char*>("ingot test"), -1, -1, 0);
    X509_set_issuer_name(certificate_.get(), name);
    X509_EXTENSION* names =
        X509V3_EXT_conf_nid(nullptr, nullptr, NID_subject_alt_name, "IP:127.0.0.1");
    X509_add_ext(certificate_.get(), names, -1);
    X509_EXTENSION_free(names);
    REQUIRE(X509_sign(certificate_.get(), key_.get(), EVP_sha256()) > 0);
    context_.reset(SSL_CTX_new(TLS_server_method()));
    REQUIRE(SSL_CTX_use_certificate(context_.get(), certificate_.get()) == 1);
    REQUIRE(SSL_CTX_use_PrivateKey(context_.get(), key_.get()) == 1);
  }

  std::string pem() const {
    std::unique_ptr<BIO, decltype(&BIO_free)> out(BIO_new(BIO_s_mem()), &BIO_free);
    PEM_write_bio_X509(out.get(), certificate_.get());
    char* text = nullptr;
    long size = BIO_get_mem_data(out.get(), &text);
    return std::string(text, static_cast<size_t>(size));
  }

  std::string key_pem() const {
    std::unique_ptr<BIO, decltype(&BIO_free)> out(BIO_new(BIO_s_mem()), &BIO_free);
    PEM_write_bio_PrivateKey(out.get(), key_.get(), nullptr, nullptr, 0, nullptr, nullptr);
    char* text = nullptr;
    long size = BIO_get_mem_data(out.get(), &text);
    return std::string(text, static_cast<size_t>(size));
  }

  // From now on clients have to show this certificate.
  void ask_for(const TlsIdentity& client) {
    X509_STORE_add_cert(SSL_CTX_get_cert_store(context_.get()), client.certificate_.get());
    SSL_CTX_set_verify(context_.get(), SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
  }

  void serve_one(int connection, const std::string& answer) const {
    std::unique_ptr<SSL, decltype(&SSL_free)> session(SSL_new(context_.get()), &SSL_free);
    SSL_set_fd(session.get(), connection);
    // OpenSSL writes without MSG_NOSIGNAL, also to a client that has gone.
    std::signal(SIGPIPE, SIG_IGN);
    char piece[4096];
    if (SSL_accept(session.get()) == 1 && SSL_read(session.get(), piece, sizeof(piece)) > 0) {
      SSL_write(session.get(), answer.data(), static_cast<int>(answer.size()));
      SSL_shutdown(session.get());
    }
  }

 private:
  struct Free {
    void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
    void operator()(X509* certificate) const { X509_free(certificate); }
    void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
  };
  std::unique_ptr<EVP_PKEY, Free> key_;
  std::unique_ptr<X509, Free> certificate_;
  std::unique_ptr<SSL_CTX, Free> context_;
};

std::string get(const std::string& address, const NpmConfig& config) {
  std::string outcome;
  download({{"thing", Url::parse(address).value()}}, config, {}, silent_progress(),
           [&](size_t, Result<Bytes> body) {
             outcome = body ? std::string(body->begin(), body->end()) : body.error().code;
           });
  return outcome;
}

}  // namespace

TEST_CASE("a server is believed when its certificate is, and only then") {
  TlsIdentity identity, other;
  LoopbackServer server(
      [&](int connection) { identity.serve_one(connection, http_answer(200, "secure").bytes); });
  std::string origin = "https://" + server.authority();
  NpmConfig config = config_for(origin);

  CHECK(get(origin + "/a", config) == "network-untrusted");
  config.trust.use_system = false;
  config.trust.pems = {other.pem()};
  CHECK(get(origin + "/a", config) == "network-untrusted");
  config.trust.pems = {other.pem(), identity.pem()};
  CHECK(get(origin + "/a", config) == "secure");
  config.trust.pems = {other.pem()};
  config.trust.verify = false;
  CHECK(get(origin + "/a", config) == "secure");
}

TEST_CASE("a server that asks who connects is shown the certificate that is configured for it") {
  TlsIdentity identity, client, other;
  identity.ask_for(client);
  LoopbackServer server(
      [&](int connection) { identity.serve_one(connection, http_answer(200, "for you").bytes); });
  std::string origin = "https://" + server.authority();
  NpmConfig config = config_for(origin);
  config.retry.retries = 0;
  config.trust.use_system = false;
  config.trust.pems = {identity.pem()};

  CHECK(get(origin + "/a", config) == "network-error");
  config.client = ClientCertificate{other.pem(), other.key_pem()};
  CHECK(get(origin + "/a", config) == "network-error");
  config.client = ClientCertificate{client.pem(), client.key_pem()};
  CHECK(get(origin + "/a", config) == "for you");
  config.client.reset();
  config.accounts["//" + server.authority() + "/"].client =
      ClientCertificate{client.pem(), client.key_pem()};
  CHECK(get(origin + "/a", config) == "for you");
}

TEST_CASE("certificates come from one file where that is enough, else from all together") {
  MemoryFileSystem files;
  files.add("/a.pem", "A");
  files.add("/b.pem", "B");
  TrustSettings settings;
  settings.use_system = false;
  settings.files = {"/a.pem"};
  CHECK(load_trust_anchors(settings, "/built-in.pem", files)->file == "/a.pem");
  settings.files = {"/a.pem", "/b.pem"};
  settings.pems = {"C"};
  auto anchors = load_trust_anchors(settings, "/built-in.pem", files);
  REQUIRE(anchors);
  CHECK(anchors->file == "");
  CHECK(anchors->pem == "A\nB\nC\n");

  settings.use_system = true;
  settings.files.clear();
  settings.pems.clear();
  CHECK(load_trust_anchors(settings, "/built-in.pem", files)->file == "/built-in.pem");
  settings.system_file = "/b.pem";
  settings.files = {"/b.pem"};
  CHECK(load_trust_anchors(settings, "/built-in.pem", files)->file == "/b.pem");
  settings.files = {"/a.pem"};
  CHECK(load_trust_anchors(settings, "/built-in.pem", files)->pem == "B\nA\n");
  settings.files = {"/none.pem"};
  CHECK(load_trust_anchors(settings, "/built-in.pem", files).error().code == "npm-config-invalid");
}
