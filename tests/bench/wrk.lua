-- wrk -s wrk.lua URL -- BODY_FILE: POSTs it; prints what http_load prints: requests, p50 and p99 in us, a second.
init = function(args)
  local file = assert(io.open(args[1], "rb"))
  wrk.method, wrk.body = "POST", file:read("*a")
  wrk.headers["Content-Type"] = "application/json"
  file:close()
end
done = function(summary, latency)
  local errors = summary.errors
  local failed = errors.connect + errors.read + errors.write + errors.status + errors.timeout
  io.write(string.format("failed %d\n%d %.1f %.1f %.0f\n", failed, summary.requests, latency:percentile(50),
    latency:percentile(99), summary.requests * 1e6 / summary.duration))
end
