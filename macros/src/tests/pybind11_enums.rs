//! What pybind11's enumerations become.

use super::pybind11::{becomes, refused};

#[test]
fn classes_of_pybind11s_kind() {
    becomes(
        "py::enum_<Kind>(m, \"Kind\", \"What it is\").value(\"Cat\", Kind::Cat, \"a cat\").export_values();",
        "py::enum_<Kind>(m, \"Kind\", py::__private::pybind11_enum(), \"What it is\").value(\"Cat\", Kind::Cat, \"a cat\").export_values();",
    );
    becomes("py::enum_<Kind>(m, \"Kind\")", "py::enum_<Kind>(m, \"Kind\", py::__private::pybind11_enum())");
    becomes(
        "py::enum_<Kind> kind(pet, \"Kind\", py::arithmetic());",
        "py::enum_<Kind> kind(pet, \"Kind\", py::__private::pybind11_enum(), py::is_arithmetic());",
    );
    becomes(
        "py::enum_<Kind>(m, \"Kind\", \"Doc\", py::arithmetic(), py::module_local())",
        "py::enum_<Kind>(m, \"Kind\", py::__private::pybind11_enum(), \"Doc\", py::is_arithmetic())",
    );
    refused("py::enum_<Kind>(m, \"Kind\", py::is_flag())", "nb: py::enum_ has py::arithmetic() alone");
    refused("py::enum_<Kind>(m, \"Kind\", py::is_str(), \"Doc\")", "nb: py::enum_ has py::arithmetic() alone");
}

#[test]
fn classes_of_pythons_module() {
    let native = |kind: &str, marks: &str| {
        becomes(
            &format!("py::native_enum<Kind>(m, \"Kind\", \"{kind}\", \"Doc\").value(\"A\", Kind::A).finalize();"),
            &format!(
                "py::enum_<Kind>(m, \"Kind\", py::__private::pybind11_native_enum(), {marks} \"Doc\").value(\"A\", Kind::A).finalize();"
            ),
        );
    };
    native("enum.Enum", "");
    native("enum.IntEnum", "py::is_arithmetic(),");
    native("enum.Flag", "py::is_flag(),");
    native("enum.IntFlag", "py::is_flag(), py::is_arithmetic(),");
    native("enum.StrEnum", "py::is_str(),");
    refused("py::native_enum<Kind>(m, \"Kind\", \"mine.Enum\")", "nb: expected one of Python's own classes as text");
}
