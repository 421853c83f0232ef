// The process_* families that every Prometheus client gives: start time, CPU, memory, open files. From /proc;
// what cannot be read is left out. Source: prometheus client_golang process collector.
#pragma once

#include "lib/base/metrics_page.h"

namespace cw {

void append_process_metrics(MetricsPage&);

}  // namespace cw
