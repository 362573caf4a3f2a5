#include "tests/unit/house/house_rules.hpp"

#include <boost/test/unit_test.hpp>

#include <array>
#include <string>

using namespace waybill::test::house;

namespace
{

Findings findings_in(const std::string& body)
{
    return check_coroutines({"server/a.cpp", "asio::awaitable<void> f(int a)\n{\n    " + body + "\n}\n"});
}

constexpr std::array broken = {
    "co_await write(StatusCallback{id, status});",
    "co_await write({id, status});",
    "co_await write({.id = id});",
    "co_await send(request, {});",
    "co_await send(std::vector<int>{1, 2});",
    "auto r = co_await send(Options{}, x);",
    "const auto& r = use(Agg{1}, co_await g());",
    "use(co_await g(), Agg{1});",
    "if (co_await ready(Key{1})) go();",
    "if (co_await ready(name)) go();",
    "if (!co_await ready(name + \"!\")) go();",
    "while (co_await next()) go();",
    "if (auto r = co_await ready(Key{1}); r.ok) go();",
    "while (co_await next({}))\n        go();",
    "for (auto& x : co_await all(Filter{})) use(x);",
    "co_return co_await send(Request{target});",
    "co_return Reply{co_await text()};",
    "go(); } else { co_await write({1});",
    "for (;;) co_await write({1});",
    "x = c ? co_await a() : b;",
    "co_await a(c ? 1 : 2);",
    "co_await database.transact([id](pqxx::work& tx) { return read(tx, id); });",
    "co_await database.transact([=](auto& tx) { return read(tx); });",
    "co_await database.transact([&, id](auto& tx) { return read(tx); });",
    "co_await database.transact([item = std::move(item)](auto& tx) mutable { return read(tx); });",
    "co_await database.transact([*this] { go(); });",
    "co_await run([id]() -> std::vector<int> { return {id}; });",
    "co_await run([&]() -> asio::awaitable<void> { co_await write({1}); });",
    "try { go(); } catch (const std::exception& e) { co_await log(e); }",
    "try { go(); } catch (...) {\n        if (x) {\n            co_await undo();\n        }\n    }",
};

constexpr std::array sound = {
    "StatusCallback callback{id, status};\n    co_await callbacks_.write(std::move(callback));",
    "co_await write(std::string(\"a{b}?\"), text + \"{}\");",
    "auto [ec, n] = co_await x(as_tuple(use_awaitable));",
    "auto& [ec, n] = pair; co_await x();",
    "[[maybe_unused]] const auto n = co_await x();",
    "co_await database.transact([&](pqxx::work& tx) { return Agg{read(tx), {}}; });",
    "co_await database.transact([&a, &b](auto& tx) -> std::vector<int> { return {a ? 1 : 2}; });",
    "co_await database.transact([this] { go({1}); });",
    "co_await database.transact([] { return 1; });",
    "co_await x(values[1], values[i + 1]);",
    "const bool ok = co_await x();\n    if (!ok) {\n        use({1, 2});\n    }",
    "if (auto ok = co_await x()) go();",
    "if (c) co_await a();\n    else co_await b();",
    "for (int i : {1, 2}) co_await a(i);",
    "for (int i : {1, 2}) {\n        co_await a(i);\n    }",
    "while (c ? d : e) {\n        co_await a();\n    }",
    "switch (c) { case A: co_await a(); break; default: { co_await b(); } }",
    "do { co_await a(); } while (c);",
    "auto go = [x]() -> std::optional<int> { co_await a(); }; use({1});",
    "Agg a{1}; co_await write(a); Agg b{2};",
    "co_return Agg{1, 2};",
    "co_await (timer.async_wait(use_awaitable) || stopped());",
    "// co_await write({1});\n    /* c ? co_await a : b */ auto s = \"co_await write({1})\";",
    "try { co_await a(); } catch (...) { failed = true; }\n    if (failed) co_await b();",
    "const auto n = 10'000; co_await a('\"', n); use({'\\''});",
    "auto s = R\"(co_await f({1}))\"; co_await g(s);",
};

} // namespace

BOOST_AUTO_TEST_SUITE(house_coroutines)

BOOST_AUTO_TEST_CASE(what_the_compiler_breaks_is_caught)
{
    for (const std::string body : broken)
        BOOST_TEST(findings_in(body).size() == 1, body);
}

BOOST_AUTO_TEST_CASE(what_is_sound_is_accepted)
{
    for (const std::string body : sound)
        for (const auto& finding : findings_in(body))
            BOOST_ERROR(finding + " in " + body);
}

BOOST_AUTO_TEST_CASE(a_finding_names_the_line)
{
    const auto findings = findings_in("go();\n    co_await write({1});");
    BOOST_REQUIRE_EQUAL(findings.size(), 1);
    BOOST_TEST(findings[0].starts_with("server/a.cpp:4: "));
}

BOOST_AUTO_TEST_SUITE_END()
