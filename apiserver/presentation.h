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
#include "lib/base/clock.h"
#include "lib/kube/status.h"

namespace cw::apiserver {

enum class Form : std::uint8_t { Object, Table, Partial };

struct Wanted {
  Form form = Form::Object;
  RowObject row_object = RowObject::Metadata;  // of a Table
};

// 406 if no media type of the header can be answered. An empty header wants JSON.
kube::Outcome<Wanted> read_accept(std::string_view accept, const Query&, Family);

class Presentation {
 public:
  Presentation(const ResourceTable& resources, const Clock& clock) : tables_(resources), clock_(clock) {}

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

  TablePrinter tables_;
  const Clock& clock_;
};

}  // namespace cw::apiserver
