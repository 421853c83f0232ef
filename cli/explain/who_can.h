// `who-can`: one request asked for many namespaces.
#pragma once

#include <functional>
#include <ostream>
#include <string>
#include <vector>

#include "cli/explain/explanation.h"

namespace cw::cli::explain {

struct NamespaceAnswer {
  std::string name_space;
  Explanation explanation;
};

// In the order of the names; `ask` is called from several threads.
std::vector<NamespaceAnswer> ask_each(const std::vector<std::string>& namespaces,
                                      const std::function<Explanation(const std::string&)>& ask);

// "team-a  Approved  team-policy": a line a namespace.
void write_text(const std::vector<NamespaceAnswer>&, std::ostream&);
// {"namespaces":[{"namespace","verdict","policy","reason"}]}
void write_json(const std::vector<NamespaceAnswer>&, std::ostream&);
// 0: any can; 1: none; 3: none, and of some it could not be found out.
int exit_code(const std::vector<NamespaceAnswer>&);

}  // namespace cw::cli::explain
