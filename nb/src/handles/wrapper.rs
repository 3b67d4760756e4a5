//! What all wrappers of one kind of object have in common: `list`, `dict`, `callable` and the others.

/// Declares a wrapper: `name, "python.Name", |ptr| check;`.
///
/// The check gets a live object's pointer on an attached thread and runs no Python code.
macro_rules! wrapper {
    ($(#[$meta:meta])* $name:ident, $python:literal, |$ptr:ident| $check:expr) => {
        $(#[$meta])*
        #[repr(transparent)]
        #[derive(Clone)]
        pub struct $name(pub(super) $crate::python::object::object);

        impl $name {
            /// Whether the object is of this kind.
            pub fn check(value: &$crate::python::object::object) -> bool {
                $crate::python::object::check_attached();
                let $ptr = value.as_ptr();
                // SAFETY: a live object and an attached thread.
                unsafe { $check }
            }

            /// Adds a reference to an object that somebody else owns: nanobind's `nb::borrow<T>(h)`.
            ///
            /// # Safety
            /// `ptr` is a live object of this kind and the thread is attached.
            pub unsafe fn borrow(ptr: *mut $crate::ffi::PyObject) -> $name {
                // SAFETY: caller's contract.
                unsafe { $name($crate::python::object::object::borrow(ptr)) }
            }

            /// Takes over a reference, or the raised exception when `ptr` is null: nanobind's `nb::steal<T>(h)`.
            ///
            /// # Errors
            /// The exception that is raised, when `ptr` is null.
            ///
            /// # Safety
            /// `ptr` is an owned reference to an object of this kind, or null with an exception raised; the thread is
            /// attached.
            pub unsafe fn steal(ptr: *mut $crate::ffi::PyObject) -> $crate::python::error::Result<$name> {
                // SAFETY: caller's contract.
                unsafe { $crate::python::object::object::steal(ptr).map($name) }
            }
        }

        /// Checks the type; a `TypeError` that names both types when it is another one.
        impl TryFrom<$crate::python::object::object> for $name {
            type Error = $crate::python::error::Error;

            fn try_from(value: $crate::python::object::object) -> Result<$name, $crate::python::error::Error> {
                if $name::check(&value) {
                    Ok($name(value))
                } else {
                    let text = $crate::python::messages::wrong_type($python, &value.class_name());
                    Err($crate::python::error::type_error(text))
                }
            }
        }

        impl From<$name> for $crate::python::object::object {
            fn from(value: $name) -> $crate::python::object::object {
                value.0
            }
        }

        impl std::ops::Deref for $name {
            type Target = $crate::python::object::object;

            fn deref(&self) -> &$crate::python::object::object {
                &self.0
            }
        }

        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                std::fmt::Debug::fmt(&self.0, f)
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                std::fmt::Display::fmt(&self.0, f)
            }
        }

        $crate::handles::wrapper::crosses! {
            $name, $python, |$ptr, _flags| $check, |taken| $name(taken), |given| given.0
        }
        $crate::handles::wrapper::references! { $name }

        impl $crate::handles::Subscript for $name {}

        // SAFETY: an `object` and nothing else.
        unsafe impl $crate::handles::Wrapper for $name {}

        // SAFETY: shows the one reference that it is.
        unsafe impl $crate::instance::traverse::Traverse for $name {
            fn traverse(&self, visit: &mut $crate::instance::traverse::Visit<'_>) {
                visit.object(self);
            }
        }

        impl $crate::cast::held::Held for $name {
            fn held(&self) -> Option<&$crate::python::object::object> {
                Some(&self.0)
            }
        }
    };
}
pub(super) use wrapper;

/// Makes a wrapper an argument and a result, also by reference, a field and a value: `name, "python.Name", |ptr, flags| check, |object| wrap,
/// |wrapper| unwrap`.
macro_rules! crosses {
    ($name:ident, $python:literal, |$ptr:ident, $flags:ident| $check:expr,
     |$taken:ident| $wrap:expr, |$given:ident| $unwrap:expr) => {
        // SAFETY: the stage is the source object, which is kept alive until the call has ended (`BORROWS`).
        unsafe impl<D> $crate::cast::traits::Param<D> for $name {
            type Item<'a> = $name;
            type Lent<'object, 'call> = Self::Item<'call>;
            type Stage = std::ptr::NonNull<$crate::ffi::PyObject>;
            const BORROWS: bool = true;
            const CALLS_OUT: bool = false;
            const LEND_CALLS_OUT: bool = false;

            fn describe(text: &mut $crate::call::signature::SigText<'_>) {
                text.text($python);
            }

            #[allow(unused_unsafe, reason = "what takes any object has nothing unsafe to check")]
            unsafe fn convert(
                $ptr: *mut $crate::ffi::PyObject,
                $flags: u8,
                _cx: &mut $crate::call::context::Cx<'_>,
            ) -> Option<Self::Stage> {
                // SAFETY: a live object on an attached thread (caller's contract).
                if unsafe { $check } { std::ptr::NonNull::new($ptr) } else { None }
            }

            unsafe fn lend(stage: &mut Self::Stage, _cx: &$crate::call::context::Cx<'_>) -> $name {
                // SAFETY: the source object is alive until the context is dropped; `convert` has checked its type.
                let $taken = unsafe { $crate::python::object::object::borrow(stage.as_ptr()) };
                $wrap
            }

            const AT_ONCE: bool = true;

            #[allow(unused_unsafe, unused_variables, reason = "what takes any object has nothing unsafe to check")]
            #[inline(always)]
            unsafe fn fit($ptr: *mut $crate::ffi::PyObject) -> Option<Self::Stage> {
                let $flags = 0;
                // SAFETY: a live object on an attached thread (caller's contract).
                if unsafe { $check } { std::ptr::NonNull::new($ptr) } else { None }
            }

            #[inline(always)]
            unsafe fn lend_marked(stage: &mut Self::Stage) -> $name {
                // SAFETY: the source object is alive: no code has run since `fit`, as the contract of `LEND_CALLS_OUT` says.
                let $taken = unsafe { $crate::python::object::object::borrow(stage.as_ptr()) };
                $wrap
            }
        }

        // SAFETY: hands over the reference that the value owns.
        unsafe impl<D, P> $crate::cast::traits::Ret<D, P> for $name {
            const DECLINES: bool = false;
            fn describe(text: &mut $crate::call::signature::SigText<'_>) {
                text.text($python);
            }

            unsafe fn put($given: Self, _cx: &mut $crate::call::context::Cx<'_>) -> *mut $crate::ffi::PyObject {
                $crate::python::object::object::into_ptr($unwrap)
            }

            const GIVE: Option<unsafe fn(Self) -> *mut $crate::ffi::PyObject> = {
                /// # Safety
                /// None; it stands where others need to be attached.
                #[inline(always)]
                unsafe fn give($given: $name) -> *mut $crate::ffi::PyObject {
                    $crate::python::object::object::into_ptr($unwrap)
                }
                Some(give)
            };
        }

        $crate::cast::reference::held_in_place! { $name }
        $crate::__nb_member! { [] $name }
    };
}
pub(super) use crosses;

/// References to wrappers as values and as sources of `nb::cast`.
macro_rules! references {
    ($name:ident) => {
        // SAFETY: delegates to `&object`.
        unsafe impl $crate::IntoObject for &$name {
            unsafe fn put_in(self, cx: &mut $crate::call::context::Cx<'_>) -> *mut $crate::ffi::PyObject {
                let value: &$crate::python::object::object = self;
                // SAFETY: caller's contract.
                unsafe { $crate::IntoObject::<()>::put_in(value, cx) }
            }
        }

        impl<T> $crate::handles::CastTo<T> for &$name
        where
            T: for<'a> $crate::cast::traits::Param<(), Item<'a> = T>,
        {
            fn cast_to(self) -> $crate::python::error::Result<T> {
                let value: &$crate::python::object::object = self;
                value.cast()
            }
        }
    };
}
pub(super) use references;
