// The columns that kubectl shows of the core kinds. Pure.
// Source: k8s.io/kubernetes pkg/printers/internalversion/printers.go.
#pragma once

#include "apiserver/resource_row.h"

namespace cw::apiserver {

TableColumns namespace_table();
TableColumns secret_table();
TableColumns config_map_table();
TableColumns service_account_table();
TableColumns lease_table();
TableColumns role_table();
TableColumns role_binding_table();
// Of the stored (core/v1) form and of the events.k8s.io/v1 form.
TableColumns event_table();
TableColumns events_api_table();

}  // namespace cw::apiserver
