use nb::prelude::*;

fn area(this: nb::object) -> nb::Result<f64> {
    let side: f64 = this.attr("side").get()?.cast()?;
    Ok(side * side)
}

/// Can be called at any time, for example as a decorator of Python classes.
fn with_area(class: nb::type_object) -> nb::Result<nb::type_object> {
    nb::module_::<NbDomain>::in_scope(&class, |scope| {
        scope.def("area", area, nb::is_method());
        Ok(())
    })?;
    Ok(class)
}

nb_module!(scopes, m, {
    let types = nb::module_::import_("types");
    let ns = types.attr("SimpleNamespace")();
    m.attr("functions") = ns.clone();
    m.def("area_of", &area, nb::scope(ns), nb::name("area"));
    m.def("with_area", &with_area);
});
