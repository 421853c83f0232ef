#include "lib/pki/extensions.h"

#include <array>

#include "lib/pki/der.h"
#include "lib/pki/der_string.h"

namespace cw::pki {
namespace {

constexpr std::string_view kOcspOid = "1.3.6.1.5.5.7.48.1";
constexpr std::string_view kCaIssuersOid = "1.3.6.1.5.5.7.48.2";
constexpr unsigned kUriTag = 6;
constexpr unsigned kKeyUsageBits = 9;

unsigned mirrored(unsigned byte) {
  unsigned out = 0;
  for (unsigned i = 0; i < 8; ++i) out |= ((byte >> i) & 1U) << (7U - i);
  return out;
}

unsigned trailing_zeros(unsigned byte) {
  unsigned count = 0;
  while (count < 8 && ((byte >> count) & 1U) == 0) ++count;
  return count;
}

Result<std::string> uri_name(const std::string& url) {
  if (!der::is_ascii(url)) return Error{Code::Invalid, "URL " + der::shown(url) + " is not ASCII"};
  return der::element(der::primitive(kUriTag), url);
}

Result<std::string> access_descriptions(std::string_view method, const std::vector<std::string>& urls) {
  std::string out;
  for (const std::string& url : urls) out += der::sequence(der::known_oid(method) + TRY(uri_name(url)));
  return out;
}

}  // namespace

const Extension* find_extension(const std::vector<Extension>& extensions, std::string_view oid) {
  for (const Extension& extension : extensions) {
    if (extension.oid == oid) return &extension;
  }
  return nullptr;
}

std::string encode_basic_constraints(const BasicConstraints& constraints) {
  std::string content;
  if (constraints.is_ca) content += der::boolean_true();
  if (constraints.path_length) content += der::integer(*constraints.path_length);
  return der::sequence(content);
}

Result<BasicConstraints> decode_basic_constraints(std::string_view bytes) {
  der::Reader reader(TRY(der::whole_content(bytes, der::kSequence, "basic constraints")));
  BasicConstraints found;
  if (reader.next_is(der::kBoolean)) {
    found.is_ca = TRY(der::decode_boolean(TRY(reader.content(der::kBoolean, "basic constraints"))));
  }
  if (reader.next_is(der::kInteger)) {
    const auto length = TRY(der::decode_small_integer(TRY(reader.content(der::kInteger, "path length"))));
    if (length < 0 || length > INT32_MAX) return Error{Code::Invalid, "path length is out of range"};
    found.path_length = static_cast<int>(length);
  }
  TRY(reader.expect_end("basic constraints"));
  return found;
}

// X.690 §11.2.2: a named bit list drops its trailing zero bits.
std::string encode_key_usage(KeyUsage usage) {
  const unsigned first = mirrored(usage & 0xFFU);
  const unsigned second = mirrored((usage >> 8U) & 0xFFU);
  if (first == 0 && second == 0) return der::bit_string("");
  std::string bytes(1, static_cast<char>(first));
  if (second != 0) bytes += static_cast<char>(second);
  return der::bit_string(bytes, trailing_zeros(second != 0 ? second : first));
}

Result<KeyUsage> decode_key_usage(std::string_view bytes) {
  const auto bits = TRY(der::decode_bit_string(TRY(der::whole_content(bytes, der::kBitString, "key usage"))));
  unsigned usage = 0;
  for (unsigned i = 0; i < kKeyUsageBits && i / 8 < bits.bytes.size(); ++i) {
    const unsigned byte = static_cast<unsigned char>(bits.bytes[i / 8]);
    if ((byte & (0x80U >> (i % 8))) != 0) usage |= 1U << i;
  }
  return static_cast<KeyUsage>(usage);
}

Result<std::string> encode_extended_key_usage(const std::vector<std::string>& oids) {
  std::string content;
  for (const std::string& oid : oids) content += TRY(der::encode_oid(oid));
  return der::sequence(content);
}

Result<std::vector<std::string>> decode_extended_key_usage(std::string_view bytes) {
  der::Reader reader(TRY(der::whole_content(bytes, der::kSequence, "extended key usage")));
  std::vector<std::string> oids;
  while (!reader.at_end()) {
    oids.push_back(TRY(der::decode_oid(TRY(reader.content(der::kOid, "extended key usage")))));
  }
  return oids;
}

std::string encode_subject_key_id(std::string_view id) { return der::octet_string(id); }

Result<std::string> decode_subject_key_id(std::string_view bytes) {
  return std::string(TRY(der::whole_content(bytes, der::kOctetString, "subject key identifier")));
}

std::string encode_authority_key_id(std::string_view id) {
  return der::sequence(der::element(der::primitive(0), id));
}

Result<std::string> decode_authority_key_id(std::string_view bytes) {
  der::Reader reader(TRY(der::whole_content(bytes, der::kSequence, "authority key identifier")));
  if (!reader.next_is(der::primitive(0))) return std::string();
  return std::string(TRY(reader.content(der::primitive(0), "authority key identifier")));
}

// RFC 5280 §4.2.1.13: each URL is a distribution point of its own, under fullName.
Result<std::string> encode_crl_distribution_points(const std::vector<std::string>& urls) {
  std::string content;
  for (const std::string& url : urls) {
    const std::string full_name = der::element(der::constructed(0), TRY(uri_name(url)));
    content += der::sequence(der::element(der::constructed(0), full_name));
  }
  return der::sequence(content);
}

Result<std::string> encode_authority_info_access(const std::vector<std::string>& ocsp_servers,
                                                 const std::vector<std::string>& issuing_certificate_urls) {
  return der::sequence(TRY(access_descriptions(kOcspOid, ocsp_servers)) +
                       TRY(access_descriptions(kCaIssuersOid, issuing_certificate_urls)));
}

}  // namespace cw::pki
