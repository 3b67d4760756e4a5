// guide: hide
#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <nanobind/nanobind.h>
#include <nanobind/stl/function.h>
#include <nanobind/stl/string.h>

namespace nb = nanobind;
using namespace nb::literals;
// guide: show

// guide: hide
/// A queue of texts that one thread fills and another empties.
class Queue {
    std::deque<std::string> lines;
    bool closed = false;
    std::mutex mutex;
    std::condition_variable changed;

public:
    void push(std::string line) {
        std::lock_guard<std::mutex> lock(mutex);
        lines.push_back(std::move(line));
        changed.notify_one();
    }
    bool pop(std::string &line) {
        std::unique_lock<std::mutex> lock(mutex);
        changed.wait(lock, [this] { return closed || !lines.empty(); });
        if (lines.empty())
            return false;
        line = std::move(lines.front());
        lines.pop_front();
        return true;
    }
    void close() {
        std::lock_guard<std::mutex> lock(mutex);
        closed = true;
        changed.notify_one();
    }
};

struct Logger {
    Queue lines;
    std::function<void(std::string)> write;
    std::thread writer;

    Logger(std::function<void(std::string)> write) : write(std::move(write)) {
        writer = std::thread([this] {
            for (std::string line; lines.pop(line);)
                this->write(line);
        });
    }
    void log(const std::string &line) { lines.push(line); }
    void close() {
        if (writer.joinable()) {
            lines.close();
            nb::gil_scoped_release release;
            writer.join();
        }
    }
    // guide: show
    ~Logger() {
        lines.close();
        nb::gil_scoped_release release;
        if (writer.joinable())
            writer.join();
    }
    // guide: hide
};
// guide: show

NB_MODULE(joining, m) {
    nb::class_<Logger>(m, "Logger")
        .def(nb::init<std::function<void(std::string)>>(), "write"_a)
        .def("log", &Logger::log, "line"_a)
        .def("close", &Logger::close);
}
