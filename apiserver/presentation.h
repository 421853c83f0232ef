// Presentation: the form in which a client wants its answer (Accept), and answers in that form. What is
// stored is copied into JSON answers as text, without parsing. Thread-safe.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "apiserver/read_path.h"
#include "apiserver/table.h"
#include "apiserver/wire/accept.h"
#include "lib/base/clock.h"
#include "lib/http/server.h"
#include "lib/kube/status.h"

namespace cw::apiserver {

enum class Form : std::uint8_t { Object, Table, Partial };

struct Wanted {
  Form form = Form::Object;
  RowObject row_object = RowObject::Metadata;  // of a Table
  Encoding encoding = Encoding::JsonText;
  bool pretty = false;
  bool asks_list = false;  // of a Partial: PartialObjectMetadataList
};

// 406 if no media type of the header can be answered. An empty header wants JSON.
kube::Outcome<Wanted> read_accept(const http::Request&, std::string_view verb, Family);
// 406 of a route that answers in `types` only.
kube::StatusError no_representation(std::string_view types);

// Of an answer that cannot be transformed: a list of resources.
kube::Outcome<Done> check_plain_accept(const http::Request&, Family);

class Presentation {
 public:
  Presentation(const Clock& clock, const ApiDocumentation& documentation)
      : clock_(clock), documentation_(documentation) {}

  std::string object(const ResourceRow&, const Wanted&, const StoredObject&) const;
  std::string object(const ResourceRow&, const Wanted&, const Json& served) const;
  std::string list(const ResourceRow&, const Wanted&, const ListAnswer&) const;
  // {"type":"ADDED","object":…} and a line feed. Only the first event of a Table watch has the columns.
  std::string event(const ResourceRow&, const Wanted&, const ShownEvent&, bool first) const;
  // Tells how far a watch has come.
  enum class BookmarkKind : std::uint8_t { Progress, InitialEventsEnd };
  std::string bookmark(const ResourceRow&, const Wanted&, Revision, BookmarkKind) const;

 private:
  Json table(const ResourceRow&, const Wanted&, Revision, const std::vector<Json>& objects) const;
  void append_item(std::string& out, const ResourceRow&, Form, const StoredObject&) const;
  std::string list_table(const ResourceRow&, const Wanted&, const ListAnswer&) const;

  const Clock& clock_;
  const ApiDocumentation& documentation_;
};

}  // namespace cw::apiserver
