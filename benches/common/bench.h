// What the C++ modules bind. The same as in the Rust ones, line by line.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

// Overflow is not what is measured, and must not be undefined in one language only.
inline int wrapping_add(int a, int b) { return (int) ((unsigned) a + (unsigned) b); }

inline void noargs() { }

inline int add(int a, int b) { return wrapping_add(a, b); }

inline double mixed(uint16_t a, int32_t b, uint32_t c, int64_t d, uint64_t e, float f) {
    return (double) a + b + c + (double) d + (double) e + f;
}

inline std::string text(std::string s) { return s; }

inline std::vector<double> floats(std::vector<double> values) { return values; }

inline int table(const std::unordered_map<std::string, int> &values) {
    int sum = 0;
    for (const auto &entry : values)
        sum = wrapping_add(sum, entry.second);
    return sum;
}

inline std::optional<int> maybe(std::optional<int> value) { return value; }

struct Item {
    int value;

    explicit Item(int value) : value(value) { }
    int get() const { return value; }
    int plus(int by) const { return wrapping_add(value, by); }
    static int twice(int x) { return (int) ((unsigned) x * 2u); }
    void set_value(int v) { value = v; }
};

// An error that Python knows as a class of the module's.
struct OwnError : std::runtime_error {
    OwnError() : std::runtime_error("this always fails") { }
};

inline void fail_own() { throw OwnError(); }

inline int take(const Item &item) { return item.value; }
inline int both(const Item &a, const Item &b) { return a.value + b.value; }

inline Item give() { return Item(7); }

// A vector that Python code sees as an object of its own.
inline std::vector<int> numbers(int count) {
    std::vector<int> values((size_t) count);
    for (int i = 0; i < count; ++i)
        values[(size_t) i] = i;
    return values;
}

// The same of bound objects.
inline std::vector<Item> items(int count) {
    std::vector<Item> made;
    for (int i = 0; i < count; ++i)
        made.emplace_back(i);
    return made;
}

/* An item whose instances leave their memory to later ones. */
struct Pooled {
    int value;

    Pooled(int value) : value(value) {}
    int get() const { return value; }
};

struct Outer {
    Item item{5};

    const Item &child() const { return item; }
};

// A class with a virtual function, and native code that calls it.
struct Worker {
    virtual int work(int x) const { return x; }
    virtual ~Worker() = default;
};

inline int run(const Worker &worker, int x) { return worker.work(x); }

// A class whose memory Python sees as an array.
struct Matrix {
    float cells[4][4]{};
};

// The block that an array gets as its memory; its owner frees it with `delete[]`.
inline double *sixteen() {
    auto *block = new double[16];
    for (int i = 0; i < 16; ++i)
        block[i] = i;
    return block;
}

// The loops over a view; nanobind's and pybind11's have the same members.
template <typename View> float sum(const View &view) {
    const auto rows = (std::ptrdiff_t) view.shape(0), columns = (std::ptrdiff_t) view.shape(1);
    float total = 0;
    for (std::ptrdiff_t i = 0; i < rows; ++i)
        for (std::ptrdiff_t j = 0; j < columns; ++j)
            total += view(i, j);
    return total;
}

// By value: a copy that nothing else refers to lets the compiler see that the elements do not overlap the strides.
template <typename View> void scale(View view, float factor) {
    const auto rows = (std::ptrdiff_t) view.shape(0), columns = (std::ptrdiff_t) view.shape(1);
    for (std::ptrdiff_t i = 0; i < rows; ++i)
        for (std::ptrdiff_t j = 0; j < columns; ++j)
            view(i, j) *= factor;
}

enum class Kind { Cat, Dog };

inline Kind other(Kind kind) { return kind == Kind::Cat ? Kind::Dog : Kind::Cat; }
