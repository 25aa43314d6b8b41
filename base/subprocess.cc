#include "base/subprocess.h"

#include <fcntl.h>
#include <unistd.h>
#include <uv.h>

#include <array>

namespace ingot {
namespace {

constexpr size_t kMaxErrorOutput = 64 << 10;

struct Run {
  ProcessOutcome outcome;
  std::array<char, 4096> buffer{};
};

std::vector<char*> pointers(const std::vector<std::string>& texts) {
  std::vector<char*> out;
  for (const std::string& text : texts) out.push_back(const_cast<char*>(text.c_str()));
  out.push_back(nullptr);
  return out;
}

void on_exit(uv_process_t* process, int64_t exit_code, int signal) {
  auto* run = static_cast<Run*>(process->data);
  run->outcome.exit_code = exit_code;
  run->outcome.signal = signal;
  uv_close(reinterpret_cast<uv_handle_t*>(process), nullptr);
}

void on_buffer(uv_handle_t* pipe, size_t, uv_buf_t* buffer) {
  auto* run = static_cast<Run*>(pipe->data);
  *buffer = uv_buf_init(run->buffer.data(), static_cast<unsigned>(run->buffer.size()));
}

void on_output(uv_stream_t* pipe, ssize_t count, const uv_buf_t* buffer) {
  auto* run = static_cast<Run*>(pipe->data);
  if (count < 0) {
    uv_close(reinterpret_cast<uv_handle_t*>(pipe), nullptr);
    return;
  }
  size_t room = kMaxErrorOutput - run->outcome.error_output.size();
  run->outcome.error_output.append(buffer->base, std::min(static_cast<size_t>(count), room));
}

// A file that becomes one of the child's streams.
class StreamFile {
 public:
  StreamFile(const std::string& path, int flags)
      : descriptor_(path.empty() ? -1 : open(path.c_str(), flags | O_CLOEXEC, 0600)),
        failed_(!path.empty() && descriptor_ < 0) {}
  ~StreamFile() {
    if (descriptor_ >= 0) close(descriptor_);
  }
  StreamFile(const StreamFile&) = delete;
  StreamFile& operator=(const StreamFile&) = delete;

  bool failed() const { return failed_; }
  void put_into(uv_stdio_container_t& stream) const {
    stream.flags = descriptor_ < 0 ? UV_IGNORE : UV_INHERIT_FD;
    stream.data.fd = descriptor_;
  }

 private:
  int descriptor_;
  bool failed_;
};

}  // namespace

Result<ProcessOutcome> run_process(const std::vector<std::string>& arguments,
                                   const std::vector<std::string>& environment,
                                   const ProcessFiles& files) {
  StreamFile input(files.input, O_RDONLY);
  StreamFile output(files.output, O_WRONLY | O_CREAT | O_TRUNC);
  if (input.failed() || output.failed())
    return fail(input_error("process-not-started",
                            "cannot open the files that " + arguments[0] + " is to use"));
  uv_loop_t loop;
  INGOT_CHECK(uv_loop_init(&loop) == 0);
  Run run;
  uv_pipe_t errors;
  uv_pipe_init(&loop, &errors, 0);
  errors.data = &run;

  std::array<uv_stdio_container_t, 3> stdio{};
  input.put_into(stdio[0]);
  output.put_into(stdio[1]);
  stdio[2].flags = static_cast<uv_stdio_flags>(UV_CREATE_PIPE | UV_WRITABLE_PIPE);
  stdio[2].data.stream = reinterpret_cast<uv_stream_t*>(&errors);

  std::vector<char*> args = pointers(arguments);
  std::vector<char*> env = pointers(environment);
  uv_process_options_t options{};
  options.file = args[0];
  options.args = args.data();
  options.env = env.data();
  options.exit_cb = on_exit;
  options.stdio_count = static_cast<int>(stdio.size());
  options.stdio = stdio.data();

  uv_process_t process;
  process.data = &run;
  int started = uv_spawn(&loop, &process, &options);
  if (started == 0) {
    uv_read_start(reinterpret_cast<uv_stream_t*>(&errors), on_buffer, on_output);
  } else {
    uv_close(reinterpret_cast<uv_handle_t*>(&process), nullptr);
    uv_close(reinterpret_cast<uv_handle_t*>(&errors), nullptr);
  }
  uv_run(&loop, UV_RUN_DEFAULT);
  INGOT_CHECK(uv_loop_close(&loop) == 0);
  if (started != 0)
    return fail(input_error("process-not-started",
                            "cannot start " + arguments[0] + ": " + uv_strerror(started)));
  return std::move(run.outcome);
}

}  // namespace ingot
