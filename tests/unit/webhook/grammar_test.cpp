// The grammars that rules stand on, where the case files do not reach.
#include <catch2/catch.hpp>

#include "webhook/rules/grammar/dns_name.h"
#include "webhook/rules/grammar/doh_url.h"
#include "webhook/rules/grammar/email.h"
#include "webhook/rules/grammar/host_port.h"
#include "webhook/rules/grammar/label.h"
#include "webhook/rules/grammar/object_id.h"

using namespace cw::webhook;  // tests only

TEST_CASE("host_port: the parts come out as Go's SplitHostPort gives them", "[webhook][grammar]") {
  const auto split = [](std::string_view text) { return split_host_port(text); };
  CHECK(split("a:1") == std::variant<HostPort, HostPortFault>(HostPort{"a", "1"}));
  CHECK(split("[::1]:53") == std::variant<HostPort, HostPortFault>(HostPort{"::1", "53"}));
  CHECK(split(":") == std::variant<HostPort, HostPortFault>(HostPort{"", ""}));
  CHECK(split("[]:") == std::variant<HostPort, HostPortFault>(HostPort{"", ""}));
}

TEST_CASE("host_port: each fault is told apart", "[webhook][grammar]") {
  const auto fault = [](std::string_view text) { return std::get<HostPortFault>(split_host_port(text)); };
  CHECK(fault("") == HostPortFault::MissingPort);
  CHECK(fault("a") == HostPortFault::MissingPort);
  CHECK(fault("[::1]") == HostPortFault::MissingPort);
  CHECK(fault("[::1]a:1") == HostPortFault::MissingPort);
  CHECK(fault("::1") == HostPortFault::TooManyColons);
  CHECK(fault("[::1]:1:2") == HostPortFault::TooManyColons);
  CHECK(fault("[::1:1") == HostPortFault::BadBrackets);
  CHECK(fault("a]:1") == HostPortFault::BadBrackets);
  CHECK(fault("[[a]:1") == HostPortFault::BadBrackets);
  CHECK(fault("[a]:]") == HostPortFault::BadBrackets);
}

TEST_CASE("nameserver: the port may be left out and is then 53", "[webhook][grammar]") {
  CHECK(parse_nameserver("8.8.8.8") == HostPort{"8.8.8.8", "53"});
  CHECK(parse_nameserver("8.8.8.8:") == HostPort{"8.8.8.8", "53"});
  CHECK(parse_nameserver(" [2001:db8::1] ") == HostPort{"2001:db8::1", "53"});
  CHECK(parse_nameserver("name:5353") == HostPort{"name", "5353"});
  CHECK_FALSE(parse_nameserver("2001:db8::1"));
  CHECK_FALSE(parse_nameserver(":53"));
  CHECK_FALSE(parse_nameserver("[]"));
  CHECK_FALSE(parse_nameserver(" \t "));
}

TEST_CASE("label: a key has at most one prefix, every fault counts", "[webhook][grammar]") {
  CHECK(label_key_faults("app.kubernetes.io/name").empty());
  CHECK(label_key_faults("").size() == 2);                    // empty, and not of the form
  CHECK(label_key_faults(std::string(64, '-')).size() == 2);  // too long, and not of the form
  CHECK(label_key_faults(std::string(254, 'A') + "/a").size() == 2);
  CHECK(label_key_faults("a/b/c").size() == 1);
  CHECK(label_value_faults("").empty());
  CHECK(label_value_faults(std::string(64, '_')).size() == 2);
}

TEST_CASE("dns_name: labels have no length limit of their own", "[webhook][grammar]") {
  CHECK(subdomain_faults(std::string(253, 'a')).empty());
  CHECK(subdomain_faults(std::string(254, 'a')).size() == 1);
  CHECK(subdomain_faults("").size() == 1);
  CHECK(subdomain_faults("a..b").size() == 1);
}

TEST_CASE("email: decorated addresses are told from what is none", "[webhook][grammar]") {
  CHECK(email_form("a@b") == EmailForm::Bare);
  CHECK(email_form("Jane <a@b>") == EmailForm::Decorated);
  CHECK(email_form("\"a b\"@c") == EmailForm::Decorated);
  CHECK(email_form("a@b (Jane)") == EmailForm::Decorated);
  CHECK(email_form("<>") == EmailForm::None);
  CHECK(email_form("(") == EmailForm::None);
  CHECK(email_form("(a@b)") == EmailForm::None);
  CHECK(email_form("\"@") == EmailForm::None);
}

TEST_CASE("object_id: parts are what Go's Atoi takes", "[webhook][grammar]") {
  for (const char* good : {"1", "1.2.3", "+3.-1", "007", "9223372036854775807"}) CHECK(is_dotted_id(good));
  for (const char* bad : {"", ".", "1.", "+", "-", "1e3", " 1", "9223372036854775808"})
    CHECK_FALSE(is_dotted_id(bad));
}

TEST_CASE("doh_url: a host is asked for, escapes in it only where Go lets them", "[webhook][grammar]") {
  for (const char* good : {"https://a", "https://a:/x", "https://[fe80::1%25en0]:1", "https://u@h",
                           "https://a%25b", "https://a/?%zz"}) {
    INFO(good);
    CHECK(is_doh_url(good));
  }
  for (const char* bad : {"https://", "https://?a", "https://[1.2.3.4]", "https://a%2", "https://a/%2",
                          "https://a\x7f", "https://[::1]x", "https://[fe80::1%25]", "https://a b@c"}) {
    INFO(bad);
    CHECK_FALSE(is_doh_url(bad));
  }
}
