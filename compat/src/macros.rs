//! The macros: pybind11's words over those of `nb`.

/// Declares an extension module: pybind11's `PYBIND11_MODULE(name, m) { .. }`.
///
/// The body takes pybind11's statements as they stand and any Rust statement between them; `?` is allowed. All that
/// [`nb_module!`](nb::nb_module) says of names, places, `parts [..]` and errors holds here.
///
/// ```no_run
/// use nb_compat::prelude::*;
/// PYBIND11_MODULE!(example, m, {
///     m.doc() = "pybind11 example plugin";
///     m.def("add", |i: i32, j: i32| i + j, "A function that adds two numbers", py::arg("i") = 1, py::arg("j") = 2);
/// });
/// # fn main() {}
/// ```
#[macro_export]
macro_rules! PYBIND11_MODULE {
    ($($tokens:tt)*) => { $crate::__private::macros::module! { [$crate] @pybind11 $($tokens)* } };
}

/// Binding statements in any file: pybind11's `void init_part(py::module_ &m) { .. }`, as [`nb_bind!`](nb::nb_bind) in pybind11's words.
///
/// ```no_run
/// use nb_compat::prelude::*;
/// pybind11_bind!(fn init_part(m) {
///     m.def("answer", || 42);
/// });
/// PYBIND11_MODULE!(parts, m, { init_part(m); });
/// # fn main() {}
/// ```
#[macro_export]
macro_rules! pybind11_bind {
    ($($tokens:tt)*) => { $crate::__private::macros::bind! { [$crate] @pybind11 $($tokens)* } };
}

/// Calls the override of a virtual function in the Python class of the object, else the native implementation: pybind11's
/// `PYBIND11_OVERRIDE(ret_type, cname, fn, args..)`, with `self` before.
///
/// The types say in C++ what is returned and whose function is replaced; here they are documentation, as the trait says both. It is the value of the
/// function. See [`nb_trampoline!`](nb::nb_trampoline) for the struct in which it stands.
///
/// ```no_run
/// use nb_compat::prelude::*;
/// pub trait Barks: std::any::Any + Send + Sync {
///     fn go(&self, n_times: i32) -> String;
/// }
/// #[derive(Clone, Default)]
/// pub struct Dog;
/// impl Barks for Dog {
///     fn go(&self, n_times: i32) -> String { "woof! ".repeat(n_times as usize) }
/// }
/// nb_trampoline!(PyDog: Dog, dyn Barks);
/// impl Barks for PyDog {
///     fn go(&self, n_times: i32) -> String { PYBIND11_OVERRIDE!(self, String, Dog, go, n_times) }
/// }
/// PYBIND11_MODULE!(dogs, m, {
///     py::class_<Dog, PyDog>(m, "Dog").def(py::init<>()).def("go", &Dog::go);
///     m.def("call_go", |dog: &dyn Barks| dog.go(3));
/// });
/// # fn main() {}
/// ```
#[macro_export]
macro_rules! PYBIND11_OVERRIDE {
    ($this:ident, $Result:ty, $Class:ty, $($rest:tt)+) => { $crate::nb_override!($this, $($rest)+) };
    ($($other:tt)*) => { $crate::__pybind11_override_form!("PYBIND11_OVERRIDE!(self, String, Dog, go, n_times)") };
}

/// As [`PYBIND11_OVERRIDE!`], for a function that the base does not implement: `PYBIND11_OVERRIDE_PURE(ret_type, cname, fn, args..)`.
#[macro_export]
macro_rules! PYBIND11_OVERRIDE_PURE {
    ($this:ident, $Result:ty, $Class:ty, $($rest:tt)+) => { $crate::nb_override_pure!($this, $($rest)+) };
    ($($other:tt)*) => { $crate::__pybind11_override_form!("PYBIND11_OVERRIDE_PURE!(self, String, Animal, go, n_times)") };
}

/// As [`PYBIND11_OVERRIDE!`], with a Python name that differs: `PYBIND11_OVERRIDE_NAME(ret_type, cname, "name", fn, args..)`.
#[macro_export]
macro_rules! PYBIND11_OVERRIDE_NAME {
    ($this:ident, $Result:ty, $Class:ty, $name:literal, $($rest:tt)+) => {
        $crate::nb_override_name!($this, $name, $($rest)+)
    };
    ($($other:tt)*) => { $crate::__pybind11_override_form!("PYBIND11_OVERRIDE_NAME!(self, String, Dog, \"__str__\", text)") };
}

/// As [`PYBIND11_OVERRIDE_NAME!`] and [`PYBIND11_OVERRIDE_PURE!`] together.
#[macro_export]
macro_rules! PYBIND11_OVERRIDE_PURE_NAME {
    ($this:ident, $Result:ty, $Class:ty, $name:literal, $($rest:tt)+) => {
        $crate::nb_override_pure_name!($this, $name, $($rest)+)
    };
    ($($other:tt)*) => { $crate::__pybind11_override_form!("PYBIND11_OVERRIDE_PURE_NAME!(self, String, Animal, \"__str__\", text)") };
}

/// The message of an override that lacks something.
#[doc(hidden)]
#[macro_export]
macro_rules! __pybind11_override_form {
    ($form:literal) => {
        ::core::compile_error!(::core::concat!(
            "nb: an override names `self`, the result, the class and the function: `",
            $form,
            "`"
        ))
    };
}

/// Refused: pybind11's `PYBIND11_MAKE_OPAQUE(T)`. That a container crosses by reference is said by its type here, [`opaque<T>`](nb::opaque).
#[macro_export]
macro_rules! PYBIND11_MAKE_OPAQUE {
    ($($T:tt)*) => {
        ::core::compile_error!(::core::concat!(
            "nb: the type says whether a container is converted: bind and take `py::opaque<", ::core::stringify!($($T)*),
            ">`, best under a name of its own, `type Items = py::opaque<..>;`"
        ));
    };
}

/// Refused: pybind11's `PYBIND11_DECLARE_HOLDER_TYPE(T, Holder<T>)`. Every class serves all holders.
#[macro_export]
macro_rules! PYBIND11_DECLARE_HOLDER_TYPE {
    ($($tokens:tt)*) => {
        ::core::compile_error!("nb: a class is bound without its holder here: `Box<T>`, `Arc<T>` and `py::ref_<T>` work with every class, leave this out");
    };
}
