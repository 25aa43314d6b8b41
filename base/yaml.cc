#include "base/yaml.h"

#include <libfyaml.h>

#include "base/json_tree.h"
#include "base/releaser.h"
#include "base/simple_yaml.h"
#include "base/utf8.h"

namespace ingot {
namespace {

uint32_t offset_of(fy_event* event) {
  const fy_mark* mark = fy_event_start_mark(event);
  return mark == nullptr ? 0 : static_cast<uint32_t>(mark->input_pos);
}

// Where more lists are open, in brackets, than there may be levels. The library keeps all that
// follows a bracket in memory for as long as the bracket may begin a key: 50 MB of them take 18 GB.
// A bracket in the middle of a text begins no list.
std::optional<uint32_t> find_deep_brackets(std::string_view text) {
  constexpr std::string_view kBefore = "[{:,?-\n";
  size_t depth = 0;
  for (size_t at = text.find_first_of("[]"); at != std::string_view::npos;
       at = text.find_first_of("[]", at + 1)) {
    size_t before = at == 0 ? at : text.find_last_not_of(" \t\r", at - 1);
    bool begins = at == 0 || before >= at || kBefore.find(text[before]) != std::string_view::npos;
    if (text[at] == ']')
      depth -= depth > 0 ? 1 : 0;
    else if (begins && ++depth > kMaxJsonDepth)
      return static_cast<uint32_t>(at);
  }
  return std::nullopt;
}

class EventReader {
 public:
  explicit EventReader(JsonDocument::Tree& tree) : tree_(tree), builder_(tree, "yaml") {}

  Status read(fy_event* event) {
    switch (event->type) {
      case FYET_NONE:
      case FYET_STREAM_START:
      case FYET_STREAM_END:
      case FYET_DOCUMENT_END:
        return {};
      case FYET_DOCUMENT_START:
        if (documents_++ > 0) return unsupported("a second document", event);
        return {};
      case FYET_ALIAS:
        return unsupported("an alias (*name)", event);
      case FYET_MAPPING_START:
        return open(JsonKind::kObject, event, event->mapping_start.anchor,
                    event->mapping_start.tag);
      case FYET_SEQUENCE_START:
        return open(JsonKind::kArray, event, event->sequence_start.anchor,
                    event->sequence_start.tag);
      case FYET_MAPPING_END:
        if (!builder_.check_keys()) return fail(std::move(*builder_.failure));
        builder_.close();
        return {};
      case FYET_SEQUENCE_END:
        builder_.close();
        return {};
      case FYET_SCALAR:
        return scalar(event);
    }
    return {};
  }

 private:
  Status unsupported(std::string what, fy_event* event) {
    return fail(input_error("yaml-unsupported", what + " has no place in a lockfile")
                    .at(tree_.place(offset_of(event))));
  }

  Status check_properties(fy_event* event, fy_token* anchor, fy_token* tag) {
    if (anchor != nullptr) return unsupported("an anchor (&name)", event);
    if (tag != nullptr) return unsupported("a tag (!name)", event);
    return {};
  }

  Status open(JsonKind kind, fy_event* event, fy_token* anchor, fy_token* tag) {
    TRY(check_properties(event, anchor, tag));
    if (builder_.in_object() && !has_key_) return unsupported("a key that is no text", event);
    has_key_ = false;
    if (!builder_.open(kind, offset_of(event))) return fail(std::move(*builder_.failure));
    return {};
  }

  Status scalar(fy_event* event) {
    TRY(check_properties(event, event->scalar.anchor, event->scalar.tag));
    std::string_view text = text_of(event->scalar.value);
    if (builder_.in_object() && !has_key_) {
      builder_.set_key(text, offset_of(event));
      has_key_ = true;
      return {};
    }
    has_key_ = false;
    builder_.add(JsonKind::kString, offset_of(event), text);
    return {};
  }

  // A scalar that is written as it is read stays where it is; others are kept beside the text.
  std::string_view text_of(fy_token* token) {
    size_t size = 0;
    const char* text = token == nullptr ? nullptr : fy_token_get_text(token, &size);
    if (text == nullptr || size == 0) return {};
    const char* begin = tree_.text.data();
    if (text >= begin && text + size <= begin + tree_.text.size()) return {text, size};
    return tree_.decoded.emplace_back(text, size);
  }

  JsonDocument::Tree& tree_;
  JsonTreeBuilder builder_;
  bool has_key_ = false;  // a key was read and waits for its value
  size_t documents_ = 0;
};

Error syntax_error(const JsonDocument::Tree& tree, fy_diag* diag) {
  void* at = nullptr;
  fy_diag_error* first = fy_diag_errors_iterate(diag, &at);
  if (first == nullptr)
    return input_error("yaml-syntax", "this is no YAML").at({tree.lines->name(), 0, 0});
  std::string message = first->msg == nullptr ? "this is no YAML" : first->msg;
  // The library counts lines and columns from 1 here.
  return input_error("yaml-syntax", std::move(message))
      .at({tree.lines->name(), static_cast<uint32_t>(std::max(first->line, 0)),
           static_cast<uint32_t>(std::max(first->column, 0))});
}

}  // namespace

Result<JsonDocument> parse_yaml(std::string text, std::string name) {
  if (text.size() > kMaxJsonBytes)
    return fail(input_error("yaml-too-large", name + " is larger than 256 MiB"));
  auto tree = std::make_unique<JsonDocument::Tree>();
  tree->set_text(std::move(name), std::move(text));
  if (size_t valid = valid_utf8_size(tree->text); valid < tree->text.size())
    return fail(input_error("yaml-syntax", "this byte is not UTF-8")
                    .at(tree->place(static_cast<uint32_t>(valid))));

  if (size_t nul = tree->text.find('\0'); nul != std::string::npos)
    return fail(input_error("yaml-syntax", "a NUL byte is not YAML")
                    .at(tree->place(static_cast<uint32_t>(nul))));

  if (read_simple_yaml(*tree)) return JsonDocument(std::move(tree));
  if (auto deep = find_deep_brackets(tree->text)) {
    JsonTreeBuilder builder(*tree, "yaml");
    while (builder.open(JsonKind::kArray, *deep)) continue;
    return fail(std::move(*builder.failure));
  }

  // Collects libfyaml's messages instead of printing them.
  fy_diag_cfg diag_config;
  fy_diag_cfg_default(&diag_config);
  std::unique_ptr<fy_diag, Releaser<fy_diag_destroy>> diag(fy_diag_create(&diag_config));
  INGOT_CHECK(diag != nullptr);
  fy_diag_set_collect_errors(diag.get(), true);
  fy_parse_cfg config{};
  config.flags =
      static_cast<fy_parse_cfg_flags>(FYPCF_QUIET | FYPCF_COLLECT_DIAG | FYPCF_DEFAULT_VERSION_1_2);
  config.diag = diag.get();
  std::unique_ptr<fy_parser, Releaser<fy_parser_destroy>> parser(fy_parser_create(&config));
  INGOT_CHECK(parser != nullptr);
  if (fy_parser_set_string(parser.get(), tree->text.data(), tree->text.size()) != 0)
    return fail(syntax_error(*tree, diag.get()));

  EventReader reader(*tree);
  while (fy_event* event = fy_parser_parse(parser.get())) {
    Status status = reader.read(event);
    fy_parser_event_free(parser.get(), event);
    if (!status) return fail(std::move(status.error()));
  }
  if (fy_parser_get_stream_error(parser.get())) return fail(syntax_error(*tree, diag.get()));
  if (tree->nodes.empty()) JsonTreeBuilder(*tree, "yaml").add(JsonKind::kObject, 0, {});
  return JsonDocument(std::move(tree));
}

}  // namespace ingot
