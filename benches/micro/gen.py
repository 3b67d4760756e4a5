"""Generates nanobind's microbenchmark for several libraries: `func` (720 functions) and `class` (252 classes).

The functions take the permutations of six argument types and add their arguments up; the classes have the same six as
fields, a constructor and a `sum` method. 252 is where the original's generator stops, although the text that goes with it
speaks of 720.
"""

import itertools

TYPES = ["u16", "i32", "u32", "i64", "u64", "f32"]
CPP = {"u16": "uint16_t", "i32": "int32_t", "u32": "uint32_t", "i64": "int64_t", "u64": "uint64_t", "f32": "float"}
NAMES = "abcdef"
FUNCTIONS = 720
CLASSES = 252
LIBRARIES = ["nb", "nanobind", "pybind11", "PyO3", "Cython", "Python"]
WORKLOADS = {"func": FUNCTIONS, "class": CLASSES}


def permutations(count=FUNCTIONS):
    """The first `count` orders of the types, each with its index."""
    return list(enumerate(itertools.islice(itertools.permutations(TYPES), count)))


def rust_sum(prefix=""):
    return " + ".join(f"{prefix}{name} as f32" for name in NAMES)


def cpp_args(types):
    return ", ".join(f"{CPP[type]} {name}" for name, type in zip(NAMES, types))


def rust_args(types):
    return ", ".join(f"{name}: {type}" for name, type in zip(NAMES, types))


def cpp_class(index, types):
    fields = "".join(f"    {CPP[type]} {name};\n" for name, type in zip(NAMES, types))
    init = ", ".join(f"{name}({name})" for name in NAMES)
    return (
        f"struct Struct{index} {{\n{fields}"
        f"    Struct{index}({cpp_args(types)}) : {init} {{ }}\n"
        f"    float sum() const {{ return (float) ({'+'.join(NAMES)}); }}\n}};\n"
    )


def rust_class(index, types, heads=("", "", "")):
    """`heads` are the attributes of the struct, of the `impl` and of the constructor."""
    fields = "".join(f"    {name}: {type},\n" for name, type in zip(NAMES, types))
    return (
        f"{heads[0]}struct Struct{index} {{\n{fields}}}\n"
        f"{heads[1]}impl Struct{index} {{\n"
        f"    {heads[2]}fn new({rust_args(types)}) -> Self {{\n        Self {{ {', '.join(NAMES)} }}\n    }}\n"
        f"    fn sum(&self) -> f32 {{\n        {rust_sum('self.')}\n    }}\n}}\n"
    )


def cpp(workload, count, header, namespace, macro):
    out = [f"#include <{header}>\n#include <cstdint>\nnamespace xx = {namespace};\n"]
    body = []
    if workload == "func":
        for index, types in permutations(count):
            body.append(
                f'    m.def("test_{index:04}", []({cpp_args(types)}) -> float {{ return (float) ({"+".join(NAMES)}); }});\n'
            )
    else:
        for index, types in permutations(count):
            out.append(cpp_class(index, types))
            init = ", ".join(CPP[type] for type in types)
            body.append(
                f'    xx::class_<Struct{index}>(m, "Struct{index}")\n'
                f'        .def(xx::init<{init}>())\n        .def("sum", &Struct{index}::sum);\n'
            )
    return "".join([*out, f"\n{macro}(NAME, m) {{\n", *body, "}\n"])


def nb(workload, count, name):
    out, body = ["use nb::prelude::*;\n\n"], []
    if workload == "func":
        for index, types in permutations(count):
            body.append(f'    m.def("test_{index:04}", |{rust_args(types)}| {rust_sum()});\n')
    else:
        for index, types in permutations(count):
            out.append(rust_class(index, types))
            body.append(
                f'    nb::class_<Struct{index}>(m, "Struct{index}")\n'
                f'        .def(nb::init<{", ".join(types)}>())\n        .def("sum", &Struct{index}::sum);\n'
            )
    return "".join([*out, f"\nnb_module!({name}, m, {{\n", *body, "});\n"])


def pyo3(workload, count, name):
    out, body = ["use pyo3::prelude::*;\n\n"], []
    if workload == "func":
        for index, types in permutations(count):
            out.append(
                f"#[pyfunction]\n#[pyo3(signature = ({', '.join(NAMES)}, /))]\n"
                f"fn test_{index:04}({rust_args(types)}) -> f32 {{\n    {rust_sum()}\n}}\n"
            )
            body.append(f"    m.add_function(wrap_pyfunction!(test_{index:04}, m)?)?;\n")
    else:
        for index, types in permutations(count):
            heads = ("#[pyclass]\n", "#[pymethods]\n", f"#[new]\n    #[pyo3(signature = ({', '.join(NAMES)}, /))]\n    ")
            out.append(rust_class(index, types, heads))
            body.append(f"    m.add_class::<Struct{index}>()?;\n")
    head = f"\n#[pymodule]\nfn {name}(m: &Bound<'_, PyModule>) -> PyResult<()> {{\n"
    return "".join([*out, head, *body, "    Ok(())\n}\n"])


def cython(workload, count, name):
    out = [
        "# cython: language_level=3, binding=False\n",
        "from libc.stdint cimport int32_t, int64_t, uint16_t, uint32_t, uint64_t\n\n",
    ]
    for index, types in permutations(count):
        if workload == "func":
            out.append(f"def test_{index:04}({cpp_args(types)}, /):\n    return <float> ({' + '.join(NAMES)})\n\n")
        else:
            fields = "".join(f"    cdef {CPP[type]} {name}\n" for name, type in zip(NAMES, types))
            init = "".join(f"        self.{name} = {name}\n" for name in NAMES)
            total = " + ".join(f"self.{name}" for name in NAMES)
            out.append(
                f"cdef class Struct{index}:\n{fields}\n    def __init__(self, {cpp_args(types)}, /):\n{init}\n"
                f"    def sum(self):\n        return <float> ({total})\n\n"
            )
    return "".join(out)


def python(workload, count, name):
    out, names = [], ", ".join(NAMES)
    for index, _ in permutations(count):
        if workload == "func":
            out.append(f"def test_{index:04}({names}):\n    return {' + '.join(NAMES)}\n\n")
        else:
            init = "".join(f"        self.{name} = {name}\n" for name in NAMES)
            total = " + ".join(f"self.{name}" for name in NAMES)
            out.append(
                f"class Struct{index}:\n    def __init__(self, {names}):\n{init}\n"
                f"    def sum(self):\n        return {total}\n\n"
            )
    return "".join(out)


def source(library, workload, name, count=None):
    """The text of the module `name`, with `count` functions or classes."""
    count = WORKLOADS[workload] if count is None else count
    if library == "nanobind":
        return cpp(workload, count, "nanobind/nanobind.h", "nanobind", "NB_MODULE").replace("NAME", name, 1)
    if library == "pybind11":
        return cpp(workload, count, "pybind11/pybind11.h", "pybind11", "PYBIND11_MODULE").replace("NAME", name, 1)
    return {"nb": nb, "PyO3": pyo3, "Cython": cython, "Python": python}[library](workload, count, name)
