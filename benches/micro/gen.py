"""Generates nanobind's microbenchmark for several libraries: `func` (720 functions) and `class` (252 classes).

The functions take the permutations of six argument types and add their arguments up; the classes have the same six as
fields, a constructor and a `sum` method. 252 is where the original's generator stops.
"""

import itertools

TYPES = ["u16", "i32", "u32", "i64", "u64", "f32"]
CPP = {"u16": "uint16_t", "i32": "int32_t", "u32": "uint32_t", "i64": "int64_t", "u64": "uint64_t", "f32": "float"}
NAMES = "abcdef"
CLASSES = 252


def permutations():
    return list(enumerate(itertools.permutations(TYPES)))


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


def cpp(workload, header, namespace, macro):
    out = [f"#include <{header}>\n#include <cstdint>\nnamespace xx = {namespace};\n"]
    body = []
    if workload == "func":
        for index, types in permutations():
            body.append(
                f'    m.def("test_{index:04}", []({cpp_args(types)}) -> float {{ return (float) ({"+".join(NAMES)}); }});\n'
            )
    else:
        for index, types in permutations()[:CLASSES]:
            out.append(cpp_class(index, types))
            init = ", ".join(CPP[type] for type in types)
            body.append(
                f'    xx::class_<Struct{index}>(m, "Struct{index}")\n'
                f'        .def(xx::init<{init}>())\n        .def("sum", &Struct{index}::sum);\n'
            )
    return "".join([*out, f"\n{macro}(NAME, m) {{\n", *body, "}\n"])


def nb(workload, name):
    out, body = ["use nb::prelude::*;\n\n"], []
    if workload == "func":
        for index, types in permutations():
            body.append(f'    m.def("test_{index:04}", |{rust_args(types)}| {rust_sum()});\n')
    else:
        for index, types in permutations()[:CLASSES]:
            out.append(rust_class(index, types))
            body.append(
                f'    nb::class_<Struct{index}>(m, "Struct{index}")\n'
                f'        .def(nb::init<{", ".join(types)}>())\n        .def("sum", &Struct{index}::sum);\n'
            )
    return "".join([*out, f"\nnb_module!({name}, m, {{\n", *body, "});\n"])


def pyo3(workload, name):
    out, body = ["use pyo3::prelude::*;\n\n"], []
    if workload == "func":
        for index, types in permutations():
            out.append(
                f"#[pyfunction]\n#[pyo3(signature = ({', '.join(NAMES)}, /))]\n"
                f"fn test_{index:04}({rust_args(types)}) -> f32 {{\n    {rust_sum()}\n}}\n"
            )
            body.append(f"    m.add_function(wrap_pyfunction!(test_{index:04}, m)?)?;\n")
    else:
        for index, types in permutations()[:CLASSES]:
            heads = ("#[pyclass]\n", "#[pymethods]\n", f"#[new]\n    #[pyo3(signature = ({', '.join(NAMES)}, /))]\n    ")
            out.append(rust_class(index, types, heads))
            body.append(f"    m.add_class::<Struct{index}>()?;\n")
    head = f"\n#[pymodule]\nfn {name}(m: &Bound<'_, PyModule>) -> PyResult<()> {{\n"
    return "".join([*out, head, *body, "    Ok(())\n}\n"])


def source(library, workload, name):
    """The text of the module `name`."""
    if library == "nanobind":
        return cpp(workload, "nanobind/nanobind.h", "nanobind", "NB_MODULE").replace("NAME", name, 1)
    if library == "pybind11":
        return cpp(workload, "pybind11/pybind11.h", "pybind11", "PYBIND11_MODULE").replace("NAME", name, 1)
    return {"nb": nb, "PyO3": pyo3}[library](workload, name)
