#include "tests/contract/faulty_writer.h"

namespace cw::contract {

template <typename Answer>
Answer FaultyWriter::pass(const std::function<Answer()>& write) {
  const auto fault = choose_(++writes_);
  if (fault == Fault::Before) return Error{code_, "refused by the test"};
  auto answer = write();
  if (fault == Fault::After) return Error{Code::Unavailable, "the answer was lost"};
  return answer;
}

Result<kube::Json> FaultyWriter::create(const kube::Resource& resource, const kube::Json& object,
                                        const kube::WriteOptions& options) {
  return pass<Result<kube::Json>>([&] { return inner_.create(resource, object, options); });
}

Result<kube::Json> FaultyWriter::update(const kube::Resource& resource, kube::Part part,
                                        const kube::Json& object, const kube::WriteOptions& options) {
  return pass<Result<kube::Json>>([&] { return inner_.update(resource, part, object, options); });
}

Result<kube::Json> FaultyWriter::merge_patch(const kube::Resource& resource, const kube::ObjectKey& key,
                                             kube::Part part, const kube::Json& patch,
                                             const kube::WriteOptions& options) {
  return pass<Result<kube::Json>>([&] { return inner_.merge_patch(resource, key, part, patch, options); });
}

Result<kube::Json> FaultyWriter::apply(const kube::Resource& resource, const kube::Json& config,
                                       const kube::WriteOptions& options) {
  return pass<Result<kube::Json>>([&] { return inner_.apply(resource, config, options); });
}

Status FaultyWriter::remove(const kube::Resource& resource, const kube::ObjectKey& key,
                            const kube::Preconditions& preconditions) {
  return pass<Status>([&] { return inner_.remove(resource, key, preconditions); });
}

}  // namespace cw::contract
