// guide: hide
#include <functional>
#include <nanobind/nanobind.h>
#include <nanobind/stl/function.h>

namespace nb = nanobind;
using namespace nb::literals;
// guide: show

int func_arg(const std::function<int(int)> &f) { return f(10); }

using Callback = std::function<int(int)>;

Callback func_ret(const Callback &f) {
    return [f](int i) { return f(i) + 1; };
}

struct Button {
    Callback on_click;
    int click(int count) const { return on_click ? on_click(count) : 0; }
};

NB_MODULE(callbacks, m) {
    m.def("func_arg", &func_arg, "f"_a);
    m.def("func_ret", &func_ret, "f"_a);
    nb::class_<Button>(m, "Button")
        .def(nb::init<>())
        .def_rw("on_click", &Button::on_click, nb::for_setter(nb::arg().none()))
        .def("click", &Button::click);
    m.def("adder", [](int step) {
        return nb::cpp_function([step](int number) { return number + step; }, "number"_a);
    });
}
