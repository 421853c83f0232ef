// Http01Objects: makes what leads from the CA to the answer of one Challenge, mends it and takes it away.
// Every step may be repeated: what is there is found by its labels and owner, also what cert-manager has
// made, and a name for a new object follows from what there is. Reads and writes the API server; of one
// thread.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "controller/acme/http01_target.h"
#include "lib/kube/client.h"

namespace cw::controller::acme {

class Http01Objects {
 public:
  // All must outlive it.
  Http01Objects(const kube::KubeReader& reader, kube::KubeWriter& writer, const Http01Options& options,
                const Http01Target& target)
      : reader_(reader), writer_(writer), options_(options), target_(target) {}

  // Afterwards all is there. The answer: why the Pod does not answer yet, or nothing.
  Result<std::string> settle();
  // Afterwards nothing is there, or the error says what could not be removed; all is tried.
  Status remove();

 private:
  // How one kind of object is judged and made; what does not fit is removed and made anew, or updated.
  struct Kind {
    const kube::Resource& resource;
    std::function<bool(const kube::Json& stored, const kube::Json& wanted)> serves;
    enum class Mend : unsigned char { Anew, InPlace } mend = Mend::Anew;
    std::function<kube::Json(const std::string& name)> make;
  };

  Result<kube::Json> settle_one(const Kind&);
  Result<kube::Json> create(const Kind&, const kube::Json& wanted);
  Result<kube::Json> judge_namesake(const Kind&, const kube::Json& wanted);
  Status settle_way(const std::string& service);
  // Reads the Ingress that the solver names, changes it and writes it, again if somebody else has meanwhile.
  Status edit_ingress(const std::function<bool(kube::Json&)>& change);
  Result<std::vector<kube::Json>> list_owned(const kube::Resource&) const;
  Status remove_object(const kube::Resource&, const kube::Json& object);
  Status remove_all(const kube::Resource&);

  const kube::KubeReader& reader_;
  kube::KubeWriter& writer_;
  const Http01Options& options_;
  const Http01Target& target_;
};

}  // namespace cw::controller::acme
