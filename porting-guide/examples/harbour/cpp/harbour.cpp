// A harbour: ships with shared owners, virtual functions, cargo as a bound container, arrays, buffers, exceptions, pickling.

#include <pybind11/functional.h>
#include <pybind11/native_enum.h>
#include <pybind11/numpy.h>
#include <pybind11/operators.h>
#include <pybind11/pybind11.h>
#include <pybind11/stl.h>
#include <pybind11/stl_bind.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

namespace py = pybind11;
using namespace pybind11::literals;

enum class Kind { Sail, Steam, Motor };
enum Flag { Pilot = 1, Customs = 2, Quarantine = 4 };
enum class Weather { Calm, Storm };

struct Position {
    double x = 0, y = 0;
    Position() = default;
    Position(double x, double y) : x(x), y(y) {}
    double distance(const Position &other) const { return std::hypot(x - other.x, y - other.y); }
    Position operator+(const Position &other) const { return {x + other.x, y + other.y}; }
    Position operator-() const { return {-x, -y}; }
    Position operator*(double by) const { return {x * by, y * by}; }
    bool operator==(const Position &other) const { return x == other.x && y == other.y; }
};

struct Crate {
    std::string label;
    double weight;
    Crate(const std::string &label, double weight) : label(label), weight(weight) {
        if (weight < 0)
            throw std::invalid_argument("a crate weighs something");
    }
    bool operator==(const Crate &other) const { return label == other.label && weight == other.weight; }
};

using Crates = std::vector<Crate>;
PYBIND11_MAKE_OPAQUE(Crates)

class HarbourFull : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

class Ship {
public:
    Ship(const std::string &name, Kind kind) : name(name), kind(kind) {}
    virtual ~Ship() = default;
    virtual double speed(Weather weather) const { return weather == Weather::Calm ? 10.0 : 4.0; }
    virtual std::string signal(int times) const {
        std::string out;
        for (int i = 0; i < times; i++)
            out += "toot ";
        return out;
    }
    double load() const {
        double sum = 0;
        for (const Crate &crate : hold)
            sum += crate.weight;
        return sum;
    }
    std::string name;
    Kind kind;
    Position position;
    Crates hold;
};

class Tug : public Ship {
public:
    explicit Tug(const std::string &name) : Ship(name, Kind::Motor) {}
    double speed(Weather) const override { return 6.0; }
    double power = 100;
};

class PyShip : public Ship, public py::trampoline_self_life_support {
public:
    using Ship::Ship;
    double speed(Weather weather) const override { PYBIND11_OVERRIDE(double, Ship, speed, weather); }
    std::string signal(int times) const override { PYBIND11_OVERRIDE_NAME(std::string, Ship, "horn", signal, times); }
};

class Harbour {
public:
    explicit Harbour(std::size_t berths) : berths(berths) {}
    void dock(const std::shared_ptr<Ship> &ship) {
        if (ships.size() == berths)
            throw HarbourFull("no berth for " + ship->name);
        ships.push_back(ship);
    }
    std::shared_ptr<Ship> find(const std::string &name) const {
        for (const auto &ship : ships)
            if (ship->name == name)
                return ship;
        throw std::out_of_range(name);
    }
    std::size_t berths;
    std::vector<std::shared_ptr<Ship>> ships;
    std::map<std::string, int> visits;
    std::optional<std::string> master;
};

class Chart {
public:
    Chart(std::size_t rows, std::size_t cols) : rows(rows), cols(cols), depths(rows * cols, 1.0f) {}
    float &at(std::size_t row, std::size_t col) {
        if (row >= rows || col >= cols)
            throw std::out_of_range("off the chart");
        return depths[row * cols + col];
    }
    std::size_t rows, cols;
    std::vector<float> depths;
};

class Log {
public:
    static int opened;
    Log() { opened++; }
    void add(const std::string &line) { lines.push_back(line); }
    void add(const std::string &line, int times) {
        for (int i = 0; i < times; i++)
            add(line);
    }
    bool closed = false;
    std::vector<std::string> lines;
};
int Log::opened = 0;

double fastest(const std::vector<std::shared_ptr<Ship>> &ships, Weather weather) {
    double best = 0;
    for (const auto &ship : ships)
        best = std::max(best, ship->speed(weather));
    return best;
}

double toll(double weight) { return weight < 10 ? 1.0 : weight * 0.2; }

PYBIND11_MODULE(harbour, m) {
    m.doc() = "Ships, what they carry, and where they berth";
    m.attr("depth") = 12.5;

    py::enum_<Kind>(m, "Kind", "What drives a ship")
        .value("Sail", Kind::Sail, "The wind")
        .value("Steam", Kind::Steam)
        .value("Motor", Kind::Motor)
        .export_values();

    py::enum_<Flag>(m, "Flag", py::arithmetic())
        .value("Pilot", Flag::Pilot)
        .value("Customs", Flag::Customs)
        .value("Quarantine", Flag::Quarantine);

    py::native_enum<Weather>(m, "Weather", "enum.Enum", "The state of the sea")
        .value("Calm", Weather::Calm)
        .value("Storm", Weather::Storm)
        .finalize();

    py::class_<Position>(m, "Position", "A place on the water")
        .def(py::init<>())
        .def(py::init<double, double>(), "x"_a, "y"_a)
        .def_readwrite("x", &Position::x)
        .def_readwrite("y", &Position::y)
        .def("distance", &Position::distance, "other"_a, "As the gull flies")
        .def(py::self + py::self)
        .def(-py::self)
        .def(py::self * double())
        .def(py::self == py::self)
        .def("__repr__", [](const Position &p) {
            return py::str("Position({}, {})").format(p.x, p.y);
        })
        .def(py::pickle(
            [](const Position &p) { return py::make_tuple(p.x, p.y); },
            [](py::tuple state) {
                if (state.size() != 2)
                    throw std::runtime_error("Invalid state!");
                return Position(state[0].cast<double>(), state[1].cast<double>());
            }));

    py::class_<Crate>(m, "Crate")
        .def(py::init<const std::string &, double>(), py::arg("label"), py::arg("weight") = 1.0)
        .def_readonly("label", &Crate::label)
        .def_readwrite("weight", &Crate::weight)
        .def(py::self == py::self);
    py::bind_vector<Crates>(m, "Crates");

    py::register_exception<HarbourFull>(m, "HarbourFull");

    py::class_<Ship, PyShip, py::smart_holder>(m, "Ship", py::dynamic_attr())
        .def(py::init<const std::string &, Kind>(), "name"_a, "kind"_a = Kind::Sail)
        .def_readwrite("name", &Ship::name)
        .def_readonly("kind", &Ship::kind)
        .def_readwrite("position", &Ship::position)
        .def_readwrite("hold", &Ship::hold)
        .def_property_readonly("load", &Ship::load, "What all crates weigh")
        .def("speed", &Ship::speed, "weather"_a)
        .def("horn", &Ship::signal, "times"_a = 1)
        .def("__repr__", [](const Ship &s) { return "<Ship '" + s.name + "'>"; });

    py::class_<Tug, Ship, py::smart_holder>(m, "Tug")
        .def(py::init<const std::string &>(), "name"_a)
        .def_property("power", [](const Tug &t) { return t.power; },
                      [](Tug &t, double power) {
                          if (power <= 0)
                              throw py::value_error("a tug has power");
                          t.power = power;
                      });

    py::class_<Harbour, std::shared_ptr<Harbour>>(m, "Harbour")
        .def(py::init([](std::size_t berths) { return std::make_shared<Harbour>(berths); }), py::arg("berths") = 2)
        .def("dock", &Harbour::dock, py::arg("ship").none(false), py::keep_alive<1, 2>())
        .def("find", &Harbour::find, "name"_a)
        .def_readonly("berths", &Harbour::berths)
        .def_property_readonly("ships", [](const Harbour &h) { return h.ships; })
        .def_readwrite("visits", &Harbour::visits)
        .def_readwrite("master", &Harbour::master)
        .def("__len__", [](const Harbour &h) { return h.ships.size(); })
        .def("__contains__", [](const Harbour &h, const std::string &name) {
            return std::any_of(h.ships.begin(), h.ships.end(), [&](const auto &s) { return s->name == name; });
        })
        .def("names", [](const Harbour &h) {
            std::vector<std::string> names;
            for (const auto &ship : h.ships)
                names.push_back(ship->name);
            return names;
        }, py::call_guard<py::gil_scoped_release>())
        .def("each", [](const Harbour &h, const std::function<void(const std::string &)> &f) {
            for (const auto &ship : h.ships)
                f(ship->name);
        }, "f"_a)
        .def("describe", [](const Harbour &h, py::args args, const py::kwargs &kwargs) {
            return py::dict("berths"_a = h.berths, "args"_a = args, "kwargs"_a = kwargs);
        });

    py::class_<Chart>(m, "Chart", py::buffer_protocol())
        .def(py::init<std::size_t, std::size_t>(), "rows"_a, "cols"_a)
        .def("__getitem__", [](Chart &c, std::pair<std::size_t, std::size_t> i) { return c.at(i.first, i.second); })
        .def("__setitem__", [](Chart &c, std::pair<std::size_t, std::size_t> i, float depth) {
            c.at(i.first, i.second) = depth;
        })
        .def_buffer([](Chart &c) -> py::buffer_info {
            return py::buffer_info(c.depths.data(), sizeof(float), py::format_descriptor<float>::format(), 2,
                                   {c.rows, c.cols}, {sizeof(float) * c.cols, sizeof(float)});
        });

    py::class_<Log>(m, "Log", py::is_final())
        .def(py::init<>())
        .def_readonly_static("opened", &Log::opened)
        .def("add", py::overload_cast<const std::string &>(&Log::add), "line"_a, "Adds a line")
        .def("add", py::overload_cast<const std::string &, int>(&Log::add), "line"_a, "times"_a)
        .def("__iter__", [](const Log &l) { return py::make_iterator(l.lines.begin(), l.lines.end()); },
             py::keep_alive<0, 1>())
        .def("__len__", [](const Log &l) { return l.lines.size(); })
        .def("__bool__", [](const Log &l) { return !l.lines.empty(); })
        .def("__getitem__", [](const Log &l, py::ssize_t i) {
            if (i < 0)
                i += static_cast<py::ssize_t>(l.lines.size());
            if (i < 0 || static_cast<std::size_t>(i) >= l.lines.size())
                throw py::index_error("no such line");
            return l.lines[static_cast<std::size_t>(i)];
        }, "i"_a)
        .def("__enter__", [](py::object self) { return self; })
        .def("__exit__", [](Log &l, py::args) { l.closed = true; })
        .def_readonly("closed", &Log::closed);

    m.def("fastest", &fastest, "ships"_a, "weather"_a = Weather::Calm, "The best speed of all");
    m.def("toll", py::vectorize(toll), "weight"_a);
    m.def("mean_depth", [](py::array_t<double, py::array::c_style | py::array::forcecast> depths) {
        auto d = depths.unchecked<2>();
        double sum = 0;
        for (py::ssize_t i = 0; i < d.shape(0); i++)
            for (py::ssize_t j = 0; j < d.shape(1); j++)
                sum += d(i, j);
        return sum / static_cast<double>(d.size());
    }, "depths"_a);
    m.def("waves", [](py::ssize_t count) {
        py::array_t<double> out(count);
        auto o = out.mutable_unchecked<1>();
        for (py::ssize_t i = 0; i < count; i++)
            o(i) = static_cast<double>(i * i);
        return out;
    }, "count"_a);
    m.def("kind_of", [](const Ship &ship) { return ship.kind; });
    m.def("limit", []() { return py::module_::import("sys").attr("getrecursionlimit")(); });
}
