use nb::prelude::*;

struct MyClass(i32);

fn make(py_type: nb::type_object) -> nb::Result<nb::object> {
    let py_inst = nb::inst_alloc(&py_type)?;
    // SAFETY: the instance is new, so that there is room for a value; then there is one.
    unsafe {
        nb::inst_ptr::<MyClass>(&py_inst)?.write(MyClass(10));
        nb::inst_mark_ready(&py_inst)?;
    }
    Ok(py_inst)
}

nb_module!(by_hand, m, {
    nb::class_<MyClass>(m, "MyClass")
        .def_prop_ro("number", |c: &MyClass| c.0);

    m.def("make", &make, "py_type"_a);
});
