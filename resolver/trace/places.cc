#include "resolver/trace/places.h"

#include <initializer_list>
#include <optional>

#include "resolver/modules/tree_index.h"
#include "resolver/trace/source_text.h"

namespace ingot {
namespace {

constexpr int kMaxWrappings = 16;

bool is_one_of(std::string_view name, std::initializer_list<std::string_view> names) {
  for (std::string_view other : names)
    if (name == other) return true;
  return false;
}

// An expression whose value is a known path, which grows outwards as long as it can be understood.
class PlaceExpression {
 public:
  PlaceExpression(std::string_view source, std::string_view file) : source_(source), file_(file) {
    if (auto folder = parent_folder(file)) folder_ = *folder;
  }

  PlaceUse run(const SelfReference& reference) {
    begin_ = reference.offset;
    if (!read(reference.kind)) return {member_use_, {}};
    for (int i = 0; i < kMaxWrappings; ++i) {
      if (is_call_of({"createRequire", "basename"})) return {PlaceUse::kHarmless, {}};
      if (!unwrap() && !join() && !new_url() && !concatenate() && !embed()) break;
      if (lost_) return {};
    }
    if (source_.at(source_.skip(end_)) == '+') return {};
    if (named_) return {PlaceUse::kPath, path_};
    return {is_harmless() ? PlaceUse::kHarmless : PlaceUse::kComputed, {}};
  }

 private:
  // The reference itself. False when the answer is `member_use_` at once.
  bool read(SelfReferenceKind kind) {
    end_ = begin_ + source_.name_at(begin_).size();
    path_ = kind == SelfReferenceKind::kDirname ? folder_ : file_;
    if (kind != SelfReferenceKind::kImportMeta) return true;
    size_t dot = source_.skip(end_);  // import.meta
    size_t meta = source_.skip(dot + 1);
    dot = source_.skip(meta + source_.name_at(meta).size());
    if (source_.at(dot) != '.') return false;  // import.meta as a whole
    size_t member = source_.skip(dot + 1);
    std::string_view name = source_.name_at(member);
    end_ = member + name.size();
    if (name == "dirname") path_ = folder_;
    if (is_one_of(name, {"url", "dirname", "filename"})) return true;
    if (name != "resolve") member_use_ = PlaceUse::kHarmless;  // main, env and what is undefined
    return false;
  }

  // Where the callee begins when the expression is the first argument of a call of one of `names`.
  std::optional<size_t> callee(std::initializer_list<std::string_view> names) const {
    size_t open = source_.skip_back(begin_);
    if (source_.before(open) != '(') return std::nullopt;
    size_t end = source_.skip_back(open - 1);
    std::string_view name = source_.name_before(end);
    if (!is_one_of(name, names)) return std::nullopt;
    size_t begin = end - name.size();
    while (source_.before(begin) == '.') {
      std::string_view object = source_.name_before(begin - 1);
      if (object.empty()) break;  // require('path').join
      begin -= object.size() + 1;
    }
    return begin;
  }

  bool is_call_of(std::initializer_list<std::string_view> names) const {
    return callee(names).has_value();
  }

  // dirname(X), fileURLToPath(X), join(X)
  bool unwrap() {
    size_t close = source_.skip(end_);
    if (source_.at(close) != ')') return false;
    auto begin = callee({"dirname", "fileURLToPath", "join", "resolve", "normalize", "realpathSync",
                         "pathToFileURL"});
    if (!begin) return false;
    if (is_call_of({"dirname"})) {
      auto parent = parent_folder(path_);
      if (!parent)
        lost_ = true;
      else
        path_ = std::string(*parent);
    }
    begin_ = *begin;
    end_ = close + 1;
    return true;
  }

  // join(X, 'a', 'b')
  bool join() {
    auto begin = callee({"join", "resolve"});
    if (!begin) return false;
    std::string path = path_;
    size_t at = source_.skip(end_);
    while (source_.at(at) == ',') {
      at = source_.skip(at + 1);
      if (source_.at(at) == ')') break;
      auto literal = source_.literal_at(at);
      if (!literal) return lose();
      auto joined = resolve_path(path, literal->text);
      if (!joined) return lose();
      path = std::move(*joined);
      at = source_.skip(literal->end);
    }
    if (source_.at(at) != ')') return lose();
    return grow(std::move(path), *begin, at + 1);
  }

  // new URL('a', X)
  bool new_url() {
    size_t comma = source_.skip_back(begin_);
    if (source_.before(comma) != ',') return false;
    auto literal = source_.literal_before(source_.skip_back(comma - 1));
    if (!literal) return false;
    size_t open = source_.skip_back(literal->begin);
    if (source_.before(open) != '(') return false;
    size_t name_end = source_.skip_back(open - 1);
    if (source_.name_before(name_end) != "URL") return false;
    size_t close = source_.skip(end_);
    if (source_.at(close) != ')') return lose();
    // The base of a URL is the folder, whatever the file is called.
    auto base = named_ ? parent_folder(path_) : std::optional<std::string_view>(folder_);
    if (!base) return lose();
    std::string_view text = literal->text;
    while (text.ends_with('/')) text.remove_suffix(1);
    std::optional<std::string> path;
    if (text.empty() || text == ".")
      path = std::string(*base);
    else if (text.find_first_of("%?#:\\") == std::string_view::npos)
      path = resolve_path(*base, text);
    if (!path) return lose();
    size_t begin = name_end - 3;
    size_t keyword = source_.skip_back(begin);
    if (source_.ends_with(keyword, "new")) begin = keyword - 3;
    size_t end = close + 1;
    for (std::string_view member : {".href", ".pathname", ".toString()"})
      if (source_.continues_with(end, member)) end += member.size();
    return grow(std::move(*path), begin, end);
  }

  // X + 'a'
  bool concatenate() {
    size_t plus = source_.skip(end_);
    if (source_.at(plus) != '+') return false;
    auto literal = source_.literal_at(source_.skip(plus + 1));
    if (!literal) return lose();
    return append(literal->text, begin_, literal->end);
  }

  // `${X}a`
  bool embed() {
    size_t open = source_.skip_back(begin_);
    if (!source_.ends_with(open, "`${")) return false;
    size_t close = source_.skip(end_);
    if (source_.at(close) != '}') return lose();
    size_t end = source_.text().find('`', close);
    if (end == std::string_view::npos) return lose();
    std::string_view text = source_.text().substr(close + 1, end - close - 1);
    if (text.find_first_of("\\$\n") != std::string_view::npos) return lose();
    return append(text, open - 3, end + 1);
  }

  bool append(std::string_view text, size_t begin, size_t end) {
    if (!text.starts_with('/')) return lose();
    while (text.starts_with('/')) text.remove_prefix(1);
    auto path = resolve_path(path_, text);
    if (!path) return lose();
    return grow(std::move(*path), begin, end);
  }

  bool grow(std::string path, size_t begin, size_t end) {
    path_ = std::move(path);
    begin_ = begin;
    end_ = end;
    named_ = true;
    return true;
  }

  bool lose() {
    lost_ = true;
    return true;
  }

  bool is_harmless() const {
    size_t after = source_.skip(end_), before = source_.skip_back(begin_);
    if (source_.at(after) == '=' || source_.continues_with(after, "!=")) return true;
    if (source_.ends_with(before, "==")) return true;
    if (source_.name_before(before) == "typeof") return true;
    if (source_.before(before) != '=') return false;
    std::string_view name = source_.name_before(source_.skip_back(before - 1));
    return (name == "__dirname" && path_ == folder_) || (name == "__filename" && path_ == file_);
  }

  SourceText source_;
  std::string_view file_;
  std::string folder_;
  size_t begin_ = 0;
  size_t end_ = 0;
  std::string path_;
  bool named_ = false;  // a literal has had a part in it
  bool lost_ = false;
  PlaceUse::Kind member_use_ = PlaceUse::kComputed;
};

}  // namespace

PlaceUse use_of_place(std::string_view source, const SelfReference& reference,
                      std::string_view file) {
  return PlaceExpression(source, file).run(reference);
}

}  // namespace ingot
