//! Texts about `nb::type_slots`.

/// More entries in `nb::type_slots` than can be, in nanobind's words.
pub fn too_many_slots(class: &str) -> String {
    format!("nanobind::detail::nb_type_new(\"{class}\"): ran out of type slots!")
}

/// An entry in `nb::type_slots` without a function.
pub fn empty_slot(class: &str, slot: &str) -> String {
    format!("nb::type_slots: class {class}: {slot} has no function")
}

/// An entry in `nb::type_slots` that the library needs for itself.
pub fn refused_slot(class: &str, slot: &str, remedy: &str) -> String {
    format!("nb::type_slots: class {class} cannot have {slot}: {remedy}")
}

/// What to do instead of giving a slot that is refused.
pub fn slot_remedy(slot: &str) -> &'static str {
    match slot {
        "Py_tp_dealloc" | "Py_tp_finalize" | "Py_tp_del" => {
            "nb frees instances itself; what happens at the end of a value is its `Drop`"
        }
        "Py_tp_alloc" | "Py_tp_free" | "Py_tp_is_gc" => "nb allocates instances itself; see `nb::pooled`",
        "Py_tp_base" | "Py_tp_bases" => "name the bound base in `nb::class_<T, Base>`",
        "Py_tp_getattr" => "use Py_tp_getattro",
        "Py_tp_setattr" => "use Py_tp_setattro",
        _ => "a bound class has no such slot",
    }
}

/// Members that tell CPython about the layout of instances, and what to do instead.
pub fn special_member(name: &str) -> Option<&'static str> {
    match name {
        "__dictoffset__" => Some("use `nb::dynamic_attr()`"),
        "__weaklistoffset__" => Some("use `nb::is_weak_referenceable()`"),
        "__vectorcalloffset__" => Some("use Py_tp_call"),
        _ => None,
    }
}

/// A class with `nb_traverse!` whose slots do the same by hand.
pub fn two_traversals(class: &str) -> String {
    format!(
        "nb::type_slots: class {class} has nb_traverse! and shows its objects to the collector by that: leave Py_tp_traverse and Py_tp_clear out, or nb_traverse!"
    )
}
