// The flags of k8s.io/component-base/logs and, hidden, those that klog once had.
#include <algorithm>
#include <charconv>
#include <string_view>

#include "cli/flags.h"
#include "lib/base/log.h"

namespace cw::cli {
namespace {

struct KlogFlag {
  const char* names;
  std::string_view standard;
  bool is_switch;
};
constexpr KlogFlag kKlogFlags[] = {
    {"--add_dir_header,--add-dir-header", "false", true},
    {"--alsologtostderr", "false", true},
    {"--log_backtrace_at,--log-backtrace-at", ":0", false},
    {"--log_dir,--log-dir", "", false},
    {"--log_file,--log-file", "", false},
    {"--log_file_max_size,--log-file-max-size", "1800", false},
    {"--logtostderr", "true", true},
    {"--one_output,--one-output", "false", true},
    {"--skip_headers,--skip-headers", "false", true},
    {"--skip_log_headers,--skip-log-headers", "false", true},
    {"--stderrthreshold", "2", false},
};

FileLevel level_of(std::string_view text) {
  const std::size_t equals = text.rfind('=');
  FileLevel item{.pattern = std::string(text.substr(0, equals))};
  const std::string_view digits =
      equals == std::string_view::npos ? std::string_view() : text.substr(equals + 1);
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), item.level);
  if (error != std::errc() || end != digits.data() + digits.size() || item.level < 0) {
    throw CLI::ValidationError("--vmodule", "must be pattern=number, but is " + std::string(text));
  }
  return item;
}

// The file's list has a hidden option of its own: patterns in it may hold commas, which a rule then refuses.
void add_vmodule(ComponentFlags& flags, std::vector<FileLevel>& levels) {
  const auto take_flag = [&levels](const CLI::results_t& given) {
    levels.clear();
    std::string_view rest = given.at(0);
    while (!rest.empty()) {
      const std::size_t comma = rest.find(',');
      levels.push_back(level_of(rest.substr(0, comma)));
      rest.remove_prefix(comma == std::string_view::npos ? rest.size() : comma + 1);
    }
    return true;
  };
  const CLI::Option* flag =
      flags.command().add_option("--vmodule", take_flag, "Accepted without effect: pattern=N, …")->group("");
  const std::function<void(const std::vector<std::string>&)> take_file =
      [&levels, flag](const std::vector<std::string>& given) {
        if (flag->count() > 0) return;
        for (const std::string& item : given) levels.push_back(level_of(item));
      };
  flags.command().add_option_function("--vmodule-items", take_file)->group("")->allow_extra_args(false);
  flags.member({"logging.vmodule", "vmodule-items", MemberType::Levels});
}

void add_klog_flags(CLI::App& command, std::vector<std::string>& changed) {
  for (const KlogFlag& flag : kKlogFlags) {
    const auto take = [&changed, &flag](const CLI::results_t& given) {
      const std::string_view names = flag.names;
      if (given.at(0) != flag.standard) changed.emplace_back(names.substr(2, names.find(',') - 2));
      return true;
    };
    CLI::Option* option = command.add_option(flag.names, take)->group("");
    if (flag.is_switch) option->expected(0, 1)->default_str("true");
  }
}

void add_stream(ComponentFlags& flags, const std::string& format, LogStream& stream) {
  flags.toggle({"logging.options." + format + ".splitStream", "--log-" + format + "-split-stream"},
               stream.split);
  flags.quantity({"logging.options." + format + ".infoBufferSize", "--log-" + format + "-info-buffer-size"},
                 stream.buffer);
}

}  // namespace

void add_logging_flags(ComponentFlags& flags, LoggingSettings& logging) {
  flags.text({"logging.format", "--logging-format", "text or json"}, logging.format);
  flags.whole({"logging.verbosity", "-v,--v", "Verbosity: 1 a line a refused review, 4 and more debug"},
              logging.verbosity);
  flags.duration({"logging.flushFrequency", "--log-flush-frequency"}, logging.flush_frequency);
  add_vmodule(flags, logging.vmodule);
  add_stream(flags, "text", logging.text);
  add_stream(flags, "json", logging.json);
  add_klog_flags(flags.command(), logging.klog_flags);
}

void apply_logging(const LoggingSettings& logging) {
  const int verbosity = static_cast<int>(logging.verbosity);
  log::configure({.format = logging.format == "json" ? log::Format::Json : log::Format::Text,
                  .level = verbosity >= log::kDebugVerbosity ? log::Level::Debug : log::Level::Info,
                  .verbosity = verbosity});
}

}  // namespace cw::cli
