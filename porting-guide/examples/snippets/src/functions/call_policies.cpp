// guide: hide
#include <nanobind/nanobind.h>

namespace nb = nanobind;
using namespace nb::literals;
// guide: show

/// Takes a file name for an open file, and closes the file after the call.
struct Open {
    static void precall(PyObject **args, size_t nargs, nb::detail::cleanup_list *cleanup) {
        nb::object file = nb::module_::import_("io").attr("open")(nb::handle(args[0]));
        args[0] = file.release().ptr();
        cleanup->append(args[0]);
    }
    static void postcall(PyObject **args, size_t nargs, nb::handle ret) {
        nb::handle(args[0]).attr("close")();
    }
};

nb::object first_line(nb::object file) { return file.attr("readline")(); }

NB_MODULE(files, m) {
    m.def("first_line", &first_line, nb::call_policy<Open>());
}
