#include "resolver/modules/specifiers.h"

#include <catch2/catch.hpp>

using namespace ingot;

namespace {

// The literals of a source as "r:x R:x i:x d:x", for require, require.resolve, import and import().
std::string literals(const std::string& source) {
  ModuleScan scan = scan_module(source);
  std::string out;
  for (const LiteralSpecifier& literal : scan.literals) {
    if (!out.empty()) out += ' ';
    out += "rRid"[static_cast<int>(literal.kind)];
    out += ':';
    out += literal.text;
  }
  return scan.certain ? out : out + " lost";
}

}  // namespace

TEST_CASE("literal requests of every kind are found") {
  CHECK(literals("const a = require('a'), b = require( /* b */ \"b\" )") == "r:a r:b");
  CHECK(literals("require(`a`); require('a', 1); module.require('m')") == "r:a r:a r:m");
  CHECK(literals("require.resolve('x'); require . resolve ( 'y' )") == "R:x R:y");
  CHECK(literals("import 'a'; import b from 'b'; import * as c from \"c\"") == "i:a i:b i:c");
  CHECK(literals("import d, { e as f, default as g, \"h i\" as j } from 'k'") == "i:k");
  CHECK(literals("import{a}from'a';import b,*as c from'b';export*from'c'") == "i:a i:b i:c");
  CHECK(literals("export { a, b as c } from 'x'; export * as n from 'y'; export {z}") == "i:x i:y");
  CHECK(literals("import from from 'from'; import {from} from 'x'") == "i:from i:x");
  CHECK(literals("import('a'); f(import(\"b\", { with: { type: 'json' } }))") == "d:a d:b");
  CHECK(literals("import x from './x.json' with { type: 'json' }\nrequire('y')") ==
        "i:./x.json r:y");
}

TEST_CASE("offsets point at the keyword") {
  ModuleScan scan = scan_module("x = 1;\nrequire('a'); import(b)");
  REQUIRE(scan.literals.size() == 1);
  CHECK(scan.literals[0].offset == 7);
  REQUIRE(scan.computed.size() == 1);
  CHECK(scan.computed[0].offset == 21);
  CHECK(scan.computed[0].kind == SpecifierKind::kDynamicImport);
}

TEST_CASE("computed requests are counted, declarations and members are not") {
  auto computed = [](const std::string& source) { return scan_module(source).computed.size(); };
  CHECK(computed("require(x); require('a' + x); require(`a${x}`); import(x)") == 4);
  CHECK(computed("require.resolve('x', { paths: [y] })") == 1);
  CHECK(computed("function require(x) {} a.require(x); require; require(); require.cache") == 0);
  CHECK(literals("require(`a${require('b')}`)") == "r:b");
  CHECK(literals("a.require('x'); a.import('y')") == "");
}

TEST_CASE("comments, strings, templates and regular expressions hide what they hold") {
  CHECK(literals("// require('a')\n/* require('b') */ \"require('c')\"; 'require(\\'d\\')'") == "");
  CHECK(literals("`require('a') ${ `${ require('b') }` } require('c')`; require('d')") ==
        "r:b r:d");
  CHECK(literals("x = /require('a')[/'\"]/g; require('b')") == "r:b");
  CHECK(literals("x = a / 2; y = \"'\" / require('b') / 'z'") == "r:b");
  CHECK(literals("if (x) /'/.test(y); require('b')") == "r:b");
  CHECK(literals("x = (a) / 2 + '/' ; require('b')") == "r:b");
  CHECK(literals("x = a[0] / 2; '/'; require('b')") == "r:b");
  CHECK(literals("function f() {} /'/.test(x); require('b')") == "r:b");
  CHECK(literals("x = { a: 1 } / 2; '/'; require('b')") == "r:b");
  CHECK(literals("switch (x) { case /'/: { y } /\"/.test(z) } require('b')") == "r:b");
  CHECK(literals("x++ / 2; '/'; return /'/; require('b')") == "r:b");
  CHECK(literals("a.return / 2; '/'; require('b')") == "r:b");
  CHECK(literals("#!/usr/bin/env 'node\nrequire('a')") == "r:a");
  CHECK(literals("\xEF\xBB\xBF#!'\nrequire('a')") == "r:a");
  CHECK(literals("// x\xE2\x80\xA8require('a')") == "r:a");
  CHECK(literals("\xC2\xA0require\xC2\xA0('a')") == "r:a");
  CHECK(literals("x = ...require('a')") == "r:a");
}

TEST_CASE("escapes in specifiers are decoded") {
  CHECK(literals(R"(require('\x61\u0062\u{63}\/\
d'))") == "");
  CHECK(literals(R"(require('\x61\u0062\u{63}\/\'\n'))") == "r:abc/'\n");
  CHECK(literals(R"(require('\u00fc\u{1F600}'))") == "r:\xC3\xBC\xF0\x9F\x98\x80");
  CHECK(literals(R"(require('\ud800'), require('\101'), require('\u{110000}'), require('\xg0'))") ==
        "");
}

TEST_CASE("import and export count as syntax only where they are that") {
  auto esm = [](const std::string& source) { return scan_module(source).has_esm_syntax; };
  CHECK(esm("import 'a'"));
  CHECK(esm("import a from 'a'"));
  CHECK(esm("export default 1"));
  CHECK(esm("export const a = 1"));
  CHECK(esm("export {}"));
  CHECK(esm("f(() => import.meta.url)"));
  CHECK_FALSE(esm("import('a')"));
  CHECK_FALSE(esm("x.import.meta; x.export; exports.a = { import: 1, export: 2 }"));
  CHECK_FALSE(esm("/* export default 1 */ 'import a from \"a\"'"));
}

TEST_CASE("what may be an ES module without import and export is said") {
  auto may = [](const std::string& source) { return scan_module(source).may_need_esm; };
  CHECK(may("await x"));
  CHECK(may("if (x) { await y }"));
  CHECK(may("f()\n{ await y }"));
  CHECK(may("const require = x"));
  CHECK(may("let a, module = x"));
  CHECK(may("const { a: [require] } = x"));
  CHECK(may("class exports {}"));
  CHECK_FALSE(may("async function f() { await x; if (y) { await z } }"));
  CHECK_FALSE(may("f(async () => { await x })"));
  CHECK_FALSE(may("const a = require('a'), b = { require, module }; module.exports = a"));
  CHECK_FALSE(may("{ const module = 1 } function g(require) { const exports = 1 }"));
  CHECK_FALSE(may("var require = x"));
}

TEST_CASE("a source that cannot be followed is said to be lost, with what came before") {
  CHECK(literals("require('a'); x = 'abc\n; require('b')") == "r:a lost");
  CHECK(literals("require('a'); `abc") == "r:a lost");
  CHECK(literals("require('a'); /* abc") == "r:a lost");
  CHECK(literals("require('a'); f(]") == "r:a lost");
  CHECK(literals("require('a'); {") == "r:a lost");
  CHECK(literals("require('a'); x = /abc") == "r:a lost");
  CHECK(literals("require('a') <!-- x") == "r:a lost");
  CHECK(literals("require('a')\n --> x") == "r:a lost");
  CHECK(literals("while (n --> 0) require('a')") == "r:a");
}

TEST_CASE("every prefix of a source can be scanned") {
  std::string source =
      "#!x\nimport a,{b as c}from'd';export*from`e`;x=/[/]\\//g;require.resolve('\\u{61}',`${b}`)"
      "/*c*/;import.meta;import(/**/'x');\xE2\x80\xA8\xC2\xA0--> '\\";
  for (size_t size = 0; size <= source.size(); ++size) {
    // In a block of its own, so that a sanitizer sees a byte too far.
    std::string prefix(source.data(), size);
    prefix.shrink_to_fit();
    CHECK(scan_module(prefix).literals.size() <= 4);
  }
}

TEST_CASE("repeated beginnings of anything are scanned once") {
  // Quadratic time would need minutes here.
  for (std::string piece : {"import{",
                            "import a,",
                            "import{a}",
                            "import ",
                            "export{",
                            "export*as ",
                            "require(`",
                            "require('",
                            "/*",
                            "//",
                            "`${",
                            "(",
                            "{",
                            "[",
                            "/",
                            "/[",
                            "import from ",
                            "'\\",
                            "\\",
                            "  -->",
                            "a --> ",
                            "require.",
                            "import/**/",
                            "\xE2\x80",
                            "\xE2\x80\xA8",
                            "import{'a',",
                            "=>{",
                            "const {"}) {
    std::string source;
    while (source.size() < 4'000'000) source += piece;
    CHECK(scan_module(source).computed.size() <= source.size());
  }
}
