#pragma once

#include <CLI/CLI.hpp>
#include <functional>

namespace gateway::app {

/// What the command asked for does; its exit code. Every add_… gives a command its options, and
/// sets `run` when it is the one. Those of main.cpp are of everyday work, these of an
/// administrator's.
using Run = std::function<int()>;

void add_store(CLI::App& app, Run& run);
void add_exchange(CLI::App& app, Run& run);
void add_agreement(CLI::App& app, Run& run);
void add_package(CLI::App& app, Run& run);
void add_key(CLI::App& app, Run& run);
void add_partner(CLI::App& app, Run& run);

}  // namespace gateway::app
