#include "gateway/app/bare_json.hpp"

#include <rapidjson/reader.h>

#include <algorithm>
#include <string>
#include <vector>

namespace gateway::app {
namespace {

constexpr std::size_t kDepth = 64;

struct Handler : rapidjson::BaseReaderHandler<rapidjson::UTF8<>, Handler> {
    std::vector<std::vector<std::string_view>> open;
    std::size_t depth = 0;

    bool Default() { return true; }
    bool Key(const char* text, rapidjson::SizeType size, bool)
    {
        auto& names = open[depth - 1];
        const std::string_view name(text, size);
        if (std::ranges::find(names, name) != names.end()) {
            return false;
        }
        names.push_back(name);
        return true;
    }
    bool enter()
    {
        if (++depth > open.size()) {
            open.emplace_back();
        }
        open[depth - 1].clear();
        return depth <= kDepth;
    }
    bool StartObject() { return enter(); }
    bool StartArray() { return enter(); }
    bool EndObject(rapidjson::SizeType) { return depth-- > 0; }
    bool EndArray(rapidjson::SizeType) { return depth-- > 0; }
};

}  // namespace

bool scan_json(std::string_view text)
{
    constexpr unsigned kFlags = rapidjson::kParseInsituFlag | rapidjson::kParseIterativeFlag |
                                rapidjson::kParseNumbersAsStringsFlag |
                                rapidjson::kParseValidateEncodingFlag;
    std::string copy(text);
    rapidjson::InsituStringStream in(copy.data());
    Handler handler;
    rapidjson::Reader reader;
    return !reader.Parse<kFlags>(in, handler).IsError();
}

}  // namespace gateway::app
