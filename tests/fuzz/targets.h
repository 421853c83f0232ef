// The fuzz targets: each takes any bytes, must neither crash nor hang, and aborts (CW_ASSERT) where what it
// promises does not hold. One table for libFuzzer (fuzz_main.cpp, one program a target) and for the replay of
// known inputs (replay_main.cpp, all in one). Not thread-safe.
#pragma once

#include <string_view>

#include "lib/base/assert.h"

namespace cw::fuzz {

void acme(std::string_view);           // a document's letter, then what an ACME server answers
void cel(std::string_view);            // a CEL source, a line "---", a text
void chunks(std::string_view);         // the chunked coding, and lines of a stream
void crd(std::string_view);            // {"schema": …, "next": …, "objects": […]}: custom resources
void csr(std::string_view);            // requests and certificates in DER and PEM
void json_error(std::string_view);     // JSON text, and the words for what is wrong with it
void json_patch(std::string_view);     // {"document": …, "patch": …}
void kind(std::string_view);           // an object as JSON, as every kind
void manifest(std::string_view);       // a file for `certwright check`
void patch(std::string_view);          // {"kind", "type", "object", "patch"}: of a stored object
void pem(std::string_view);            // blocks, keys, chains
void policy_view(std::string_view);    // a CSR in DER, as policy sees it
void protobuf(std::string_view);       // a type's letter, then a body for the API server
void request_frame(std::string_view);  // a length in one byte, so many sizes of pieces, then HTTP requests
void review(std::string_view);         // an AdmissionReview
void router(std::string_view);         // requests to the API server
void selectors(std::string_view);      // a label selector, a line "=", a field selector
void ssa(std::string_view);            // configurations of several managers
void text(std::string_view);           // a grammar's letter, then text in it
void typed(std::string_view);          // {"type": …, "object": …, "patch": …}: strategic merge patches

}  // namespace cw::fuzz
