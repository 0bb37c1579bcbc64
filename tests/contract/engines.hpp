#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "gateway/store/store.hpp"

namespace contract {

/// One database of one engine, empty at first; gone when this goes.
class Database {
public:
    virtual ~Database() = default;
    /// Opens it (again). The store opened before must be gone.
    [[nodiscard]] virtual std::unique_ptr<gateway::store::Store> open() = 0;
};

/// An engine under the contract.
struct Engine {
    std::string name;
    std::function<std::unique_ptr<Database>()> make;
};

/// A fresh database and its store.
struct Fresh {
    explicit Fresh(const Engine& engine) : database(engine.make()), store(database->open()) {}
    /// Closes the store and opens it again.
    void reopen()
    {
        store.reset();
        store = database->open();
    }

    std::unique_ptr<Database> database;
    std::unique_ptr<gateway::store::Store> store;
};

[[nodiscard]] const Engine& sqlite();

/// Every engine this machine can run.
[[nodiscard]] const std::vector<Engine>& engines();

}  // namespace contract
