//! `nb_trampoline!`, the five forms of `nb_override!`, and `nb_native!`.

/// Declares a trampoline, through which Python classes override the functions of a Rust trait: nanobind's
/// `NB_TRAMPOLINE`.
///
/// ```text
/// nb_trampoline!(PyDog: Dog, dyn Speaks);            // as in nanobind 3
/// nb_trampoline!(PyDog: Dog, dyn Speaks, 2);         // as in nanobind 2; the number of functions is not needed
/// nb_trampoline!(PyPet: abstract Pet, dyn Speaks);   // `Pet` itself does not implement the trait
/// ```
///
/// It makes the struct `PyDog`, for which you implement the trait with [`nb_override!`](crate::nb_override), and lets functions take and
/// return `&dyn Speaks`, `&mut dyn Speaks`, `Box<dyn Speaks>` and `Arc<dyn Speaks>`. Name it where the class is bound,
/// `nb::class_<Dog, PyDog>(m, "Dog")`. Classes that derive from it and implement the trait take it over, `nb::class_<Puppy, Dog>(m, "Puppy")`; see
/// [`inherits_virtuals`](crate::inherits_virtuals) for plain Rust. There is one trampoline for each trait, and one for each class.
///
/// The trait has to be `Any + Send + Sync`, so that a returned `Box<dyn Speaks>` can become an object of the class of its value.
///
/// ```no_run
/// use nb::prelude::*;
/// pub trait Speaks: std::any::Any + Send + Sync {
///     fn speak(&self) -> String;
/// }
/// #[derive(Clone, Default)]
/// pub struct Dog;
/// impl Speaks for Dog {
///     fn speak(&self) -> String { "woof".to_string() }
/// }
///
/// nb_trampoline!(PyDog: Dog, dyn Speaks);
/// impl Speaks for PyDog {
///     fn speak(&self) -> String { nb_override!(self, speak) }
/// }
///
/// nb_module!(dogs, m, {
///     nb::class_<Dog, PyDog>(m, "Dog").def(nb::init<>()).def("speak", &Dog::speak);
///     m.def("alarm", |dog: &dyn Speaks| dog.speak());
/// });
/// # fn main() {}
/// ```
///
/// # Ownership
/// `&dyn Speaks` marks the object as `&Dog` does, except while an override runs: that may modify the object. A
/// `Box<dyn Speaks>` or `Arc<dyn Speaks>` keeps the Python object alive, with its Python half, and marks it during each call of a
/// native function.
#[macro_export]
macro_rules! nb_trampoline {
    (in $($rest:tt)+) => { $crate::__nb_in!([$crate::__nb_trampoline] [] $($rest)+); };
    ($($rest:tt)+) => { $crate::__nb_trampoline!(@item [crate] $($rest)+); };
}

/// The rest of [`nb_trampoline!`](crate::nb_trampoline).
#[doc(hidden)]
#[macro_export]
macro_rules! __nb_trampoline {
    (@item [$($path:tt)*] $(#[$meta:meta])* $vis:vis $Name:ident : abstract $Base:ty, dyn $Trait:path $(, $size:expr)? $(,)?) => {
        $crate::__nb_trampoline!(@make [$($path)*] $(#[$meta])* $vis $Name $Base, $Trait);
        const _: () = {
            // SAFETY: there is no conversion.
            #[allow(clippy::undocumented_unsafe_blocks)]
            unsafe impl $crate::TrampolineFor<$Base> for $Name {
                const UPCAST: ::core::option::Option<unsafe fn(*mut u8) -> *mut Self::Virtual> =
                    ::core::option::Option::None;
            }
            impl $crate::__private::inherit::CastFrom<$($path)*::NbDomain, $Base, $Name> for dyn $Trait {}
            impl $crate::__private::inherit::Abstract<$($path)*::NbDomain> for $Base {}
        };
    };
    (@item [$($path:tt)*] $(#[$meta:meta])* $vis:vis $Name:ident : $Base:ty, dyn $Trait:path $(, $size:expr)? $(,)?) => {
        $crate::__nb_trampoline!(@make [$($path)*] $(#[$meta])* $vis $Name $Base, $Trait);
    };
    (@item $path:tt $($other:tt)*) => {
        ::core::compile_error!("nb: a trampoline is declared as `nb_trampoline!(PyDog: Dog, dyn Speaks);`: its name, the class and the trait of its virtual functions");
    };
    (@make [$($path:tt)*] $(#[$meta:meta])* $vis:vis $Name:ident $Base:ty, $Trait:path) => {
        $(#[$meta])*
        $vis struct $Name {
            nb_trampoline: $crate::trampoline<dyn $Trait>,
        }

        const _: () = {
            // SAFETY: plain conversions of the references that are given.
            #[allow(clippy::undocumented_unsafe_blocks)]
            unsafe impl $crate::Trampoline for $Name {
                type Base = $Base;
                type Virtual = dyn $Trait;
                type Domain = $($path)*::NbDomain;
                fn of(inner: $crate::trampoline<dyn $Trait>) -> Self {
                    $Name { nb_trampoline: inner }
                }
                fn inner(&self) -> &$crate::trampoline<dyn $Trait> {
                    &self.nb_trampoline
                }
                fn inner_mut(&mut self) -> &mut $crate::trampoline<dyn $Trait> {
                    &mut self.nb_trampoline
                }
                // By pointers, which nothing but the type's own trait turns into one another: a reference might be
                // dereferenced on the way.
                fn shared(&self) -> &(dyn $Trait + 'static) {
                    let value: *const Self = self;
                    let value: *const (dyn $Trait + 'static) = value;
                    unsafe { &*value }
                }
                fn exclusive(&mut self) -> &mut (dyn $Trait + 'static) {
                    let value: *mut Self = self;
                    let value: *mut (dyn $Trait + 'static) = value;
                    unsafe { &mut *value }
                }
                fn boxed(self: ::std::boxed::Box<Self>) -> ::std::boxed::Box<dyn $Trait> {
                    self
                }
                fn counted(self: ::std::sync::Arc<Self>) -> ::std::sync::Arc<dyn $Trait> {
                    self
                }
                $crate::__nb_any!($Trait);
            }

            // SAFETY: a plain conversion.
            #[allow(clippy::undocumented_unsafe_blocks)]
            #[diagnostic::do_not_recommend]
            unsafe impl<__NbT: $Trait + 'static> $crate::TrampolineFor<__NbT> for $Name {
                const UPCAST: ::core::option::Option<unsafe fn(*mut u8) -> *mut Self::Virtual> =
                    ::core::option::Option::Some({
                        unsafe fn upcast<__NbT: $Trait + 'static>(value: *mut u8) -> *mut (dyn $Trait + 'static) {
                            value.cast::<__NbT>()
                        }
                        upcast::<__NbT>
                    });
            }

            impl<__NbT: $Trait + 'static> $crate::__private::inherit::CastFrom<$($path)*::NbDomain, __NbT, $Name>
                for dyn $Trait
            {
            }

            impl $crate::__private::inherit::a_class_has_one_trampoline<$($path)*::NbDomain> for $Base {
                type Virtual = dyn $Trait;
            }
            impl $crate::__private::inherit::a_class_has_one_trampoline<$($path)*::NbDomain> for $Name {
                type Virtual = dyn $Trait;
            }

            $crate::__register! { $crate::__private::Entry::trampoline::<$Name>(
                ::core::stringify!($Name), ::core::module_path!(), ::core::file!(), ::core::line!(), ::core::column!()) }

            $crate::__nb_virtual!([$($path)*::NbDomain] $Name, dyn $Trait);
        };
    };
}

/// The plain conversion of a trait object to `Any`, as a function of an `impl`. By pointers, which nothing but the type's own trait turns
/// into one another: a reference might be dereferenced on the way.
#[doc(hidden)]
#[macro_export]
macro_rules! __nb_any {
    ($Trait:path) => {
        fn any<'a>(value: &'a (dyn $Trait + 'static)) -> &'a dyn ::core::any::Any {
            fn plain<'make_any_a_supertrait>(
                value: *const (dyn $Trait + 'make_any_a_supertrait),
            ) -> *const (dyn ::core::any::Any + 'make_any_a_supertrait) {
                value
            }
            unsafe { &*plain(value) }
        }
    };
}

/// Conversions of the trait objects of a trampoline.
#[doc(hidden)]
#[macro_export]
macro_rules! __nb_virtual {
    ([$Domain:ty] $Name:ident, dyn $Trait:path) => {
        /// Hides the trampoline, which may be less visible than the trait.
        pub struct __NbStage($crate::__private::trait_object::TraitArgument<$Name>);

        $crate::__nb_virtual!(@param [$Domain] $Name, &(dyn $Trait + 'static), &'a (dyn $Trait + 'static),
            |stage, cx| $crate::__private::trait_object::TraitArgument::acquire(&mut stage.0, false, cx), |stage| $crate::__private::trait_object::TraitArgument::shared(&stage.0));
        $crate::__nb_virtual!(@param [$Domain] $Name, &mut (dyn $Trait + 'static), &'a mut (dyn $Trait + 'static),
            |stage, cx| $crate::__private::trait_object::TraitArgument::acquire(&mut stage.0, true, cx), |stage| $crate::__private::trait_object::TraitArgument::exclusive(&mut stage.0));
        $crate::__nb_virtual!(@param [$Domain] $Name, ::std::boxed::Box<dyn $Trait>, ::std::boxed::Box<dyn $Trait>,
            |_stage, _cx| true,
            |stage| $crate::Trampoline::boxed(::std::boxed::Box::new($crate::__private::trait_object::TraitArgument::keep(&stage.0))));
        $crate::__nb_virtual!(@param [$Domain] $Name, ::std::sync::Arc<dyn $Trait>, ::std::sync::Arc<dyn $Trait>,
            |_stage, _cx| true,
            |stage| $crate::Trampoline::counted(::std::sync::Arc::new($crate::__private::trait_object::TraitArgument::keep(&stage.0))));

        $crate::__nb_virtual!(@lock [$Domain] $Name, dyn $Trait, ::std::sync::RwLock);
        $crate::__nb_virtual!(@lock [$Domain] $Name, dyn $Trait, ::std::sync::Mutex);
        $crate::__nb_virtual!(@lock [$Domain] $Name, dyn $Trait, $crate::locks::RwLock);
        $crate::__nb_virtual!(@lock [$Domain] $Name, dyn $Trait, $crate::locks::Mutex);

        $crate::__nb_virtual!(@results [$Domain] $Name, dyn $Trait);

        // SAFETY: shows the one object that a trampoline owns.
        #[allow(clippy::undocumented_unsafe_blocks)]
        unsafe impl $crate::Traverse for ::std::boxed::Box<dyn $Trait> {
            fn traverse(&self, visit: &mut $crate::Visit<'_>) {
                $crate::__private::trait_object::traverse::<$Name>(&**self, visit);
            }
        }

        // SAFETY: as above.
        #[allow(clippy::undocumented_unsafe_blocks)]
        unsafe impl $crate::__private::trait_object::Shown for dyn $Trait {
            fn show(&self, visit: &mut $crate::Visit<'_>) {
                $crate::__private::trait_object::traverse::<$Name>(self, visit);
            }
        }
    };
    // A native object that is behind such a lock already gives that, any other one a trampoline behind a lock of its own.
    (@lock [$Domain:ty] $Name:ident, dyn $Trait:path, $Lock:path) => {
        const _: () = {
            use $Lock as __NbLock;
            $crate::__nb_virtual!(@param [$Domain] $Name, ::std::sync::Arc<__NbLock<dyn $Trait>>, ::std::sync::Arc<__NbLock<dyn $Trait>>,
                |stage, cx| $crate::__private::trait_object::TraitArgument::acquire_lock::<__NbLock<dyn $Trait>>(&mut stage.0, cx),
                |stage| {
                    let known = $crate::__private::trait_object::TraitArgument::counted_lock::<__NbLock<dyn $Trait>>(
                        &stage.0,
                        |value| value as *const __NbLock<dyn $Trait>,
                    );
                    let Some(known) = known else {
                        let kept = $crate::__private::trait_object::TraitArgument::keep(&stage.0);
                        return ::std::sync::Arc::new(__NbLock::new(kept));
                    };
                    known
                });
        };
    };
    (@results [$Domain:ty] $Name:ident, dyn $Trait:path) => {
        $crate::__nb_virtual!(@lock_result [$Domain] $Name, dyn $Trait, ::std::sync::RwLock);
        $crate::__nb_virtual!(@lock_result [$Domain] $Name, dyn $Trait, ::std::sync::Mutex);
        $crate::__nb_virtual!(@lock_result [$Domain] $Name, dyn $Trait, $crate::locks::RwLock);
        $crate::__nb_virtual!(@lock_result [$Domain] $Name, dyn $Trait, $crate::locks::Mutex);
        $crate::__nb_virtual!(@ret [$Domain] $Name, [] ::std::boxed::Box<dyn $Trait>, $crate::rv_policy::Policy,
            |value, cx, P| $crate::__private::trait_object::put_box::<$Name>(value, cx));
        $crate::__nb_virtual!(@ret [$Domain] $Name, [] ::std::sync::Arc<dyn $Trait>, $crate::rv_policy::Policy,
            |value, cx, P| $crate::__private::trait_object::put_arc::<$Name>(value, cx));
        $crate::__nb_virtual!(@ret [$Domain] $Name, ['x] &'x (dyn $Trait + 'static), $crate::__private::trait_object::PartOf<'x>,
            |value, cx, P| $crate::__private::trait_object::put_part::<$Name, P>(value, false, cx));
        $crate::__nb_virtual!(@ret [$Domain] $Name, ['x] &'x mut (dyn $Trait + 'static), $crate::__private::trait_object::PartOf<'x>,
            |value, cx, P| $crate::__private::trait_object::put_part::<$Name, P>(value, true, cx));
    };
    (@lock_result [$Domain:ty] $Name:ident, dyn $Trait:path, $Lock:path) => {
        const _: () = {
            use $Lock as __NbLock;
            $crate::__nb_virtual!(@ret [$Domain] $Name, [] ::std::sync::Arc<__NbLock<dyn $Trait>>, $crate::rv_policy::Policy,
                |value, cx, P| $crate::__private::trait_object::put_lock::<$Name, __NbLock<dyn $Trait>>(value, P::MAKES, cx));
        };
    };
    (@param [$Domain:ty] $Name:ident, $Target:ty, $Item:ty,
        |$stage:ident, $cx:ident| $acquire:expr, |$kept:ident| $lend:expr) => {
        // SAFETY: delegates to the crate's own implementation.
        #[allow(clippy::undocumented_unsafe_blocks)]
        unsafe impl $crate::Param<$Domain> for $Target {
            type Item<'a> = $Item;
            type Lent<'object, 'call> = Self::Item<'call>;
            type Stage = __NbStage;
            const BORROWS: bool = true;
            const REFUSES_NONE: bool = true;
            const ASKS_FLAGS: bool = false;
            const CALLS_OUT: bool = false;
            const LEND_CALLS_OUT: bool = false;
            fn describe(text: &mut $crate::SigText<'_>) {
                text.class::<<$Name as $crate::Trampoline>::Base>();
            }
            unsafe fn convert(
                src: *mut $crate::ffi::PyObject,
                _flags: u8,
                cx: &mut $crate::Cx<'_>,
            ) -> ::core::option::Option<Self::Stage> {
                unsafe { $crate::__private::trait_object::find::<$Name>(src, cx).map(__NbStage) }
            }
            #[inline(always)]
            fn acquire($stage: &mut Self::Stage, $cx: &mut $crate::Cx<'_>) -> bool {
                $acquire
            }
            unsafe fn lend<'a>($kept: &'a mut Self::Stage, _cx: &$crate::Cx<'_>) -> $Item {
                unsafe { $lend }
            }
        }
    };
    (@ret [$Domain:ty] $Name:ident, [$($x:lifetime)?] $Target:ty, $Bound:path, |$value:ident, $cx:ident, $Policy:ident| $put:expr) => {
        // SAFETY: delegates to the crate's own implementation.
        #[allow(clippy::undocumented_unsafe_blocks)]
        unsafe impl<$($x,)? $Policy: $Bound> $crate::Ret<$Domain, $Policy> for $Target {
            const DECLINES: bool = false;
            fn describe(text: &mut $crate::SigText<'_>) {
                text.class::<<$Name as $crate::__private::trait_object::Downcast>::Base>();
            }
            unsafe fn put($value: Self, $cx: &mut $crate::Cx<'_>) -> *mut $crate::ffi::PyObject {
                unsafe { $put }
            }
        }
    };
}

/// The body of a function that Python classes override: nanobind's `NB_OVERRIDE(func, args...)`.
///
/// `nb_override!(self, speak, volume)` calls the override in the Python class of the object, else the native implementation. It is the
/// value of the function. A path is allowed, as in `nb_override!(self, Dog::speak, volume)`.
///
/// Arguments and results cross as those of a [callback](crate::object) do; references to bound values are copied. What goes wrong (an
/// exception in the override, a result of another type: `RuntimeError` with the text `std::bad_cast`) is the `Err` of a function that
/// returns `Result<T, E>` with `E: From<nb::Error>`; otherwise it unwinds to the bound function that Python has called,
/// which raises it.
///
/// An abstract class has no native implementation. A function that has a default all the same names it behind an `else`,
/// `nb_override!(self, describe; else describe_shape(self))`: a trait's own default cannot be called from where it is replaced,
/// so let it be a function that the trait calls as well. Native classes that derive from the abstract one have theirs.
///
/// Attributes of the instance do not override, those of its class do, also when they are assigned later. Inside a bound
/// method, what it calls by its own name is the native implementation: so `super().speak()` reaches it once, also
/// where the method is bound as `|dog: &dyn Speaks| dog.speak()`.
#[macro_export]
macro_rules! nb_override {
    ($this:ident, $($rest:tt)+) => { $crate::__nb_override!(@find $this false [] $($rest)+) };
}

/// As [`nb_override!`](crate::nb_override), for a function that the base does not implement: nanobind's `NB_OVERRIDE_PURE`.
///
/// Without an override: the native implementation of a derived class, else a `RuntimeError`.
#[macro_export]
macro_rules! nb_override_pure {
    ($this:ident, $($rest:tt)+) => { $crate::__nb_override!(@find $this true [] $($rest)+) };
}

/// As [`nb_override!`](crate::nb_override), with a Python name that differs: nanobind's `NB_OVERRIDE_NAME("__add__", func, args...)`.
///
/// `nb_override_name!(self, "__add__", add, other)`.
#[macro_export]
macro_rules! nb_override_name {
    ($this:ident, $name:literal, $($rest:tt)+) => { $crate::__nb_override!(@find $this false [$name] $($rest)+) };
    ($name:literal, $this:ident, $($rest:tt)+) => { $crate::__nb_override!(@find $this false [$name] $($rest)+) };
}

/// As [`nb_override_name!`](crate::nb_override_name) and [`nb_override_pure!`](crate::nb_override_pure) together:
/// nanobind's `NB_OVERRIDE_PURE_NAME`.
#[macro_export]
macro_rules! nb_override_pure_name {
    ($this:ident, $name:literal, $($rest:tt)+) => { $crate::__nb_override!(@find $this true [$name] $($rest)+) };
    ($name:literal, $this:ident, $($rest:tt)+) => { $crate::__nb_override!(@find $this true [$name] $($rest)+) };
}

/// The body of a function of the trait that Python does not override: `nb_native!(self, func, args...)` calls the native
/// implementation. C++ has no need of it, where a trampoline inherits what it does not override.
///
/// A `RuntimeError` leaves the function as a panic that carries the exception when the class is abstract, or when the object is in
/// use by something else.
///
/// ```no_run
/// # use nb::prelude::*;
/// pub struct Position { x: f64, y: f64 }
/// pub trait Moves: std::any::Any + Send + Sync {
///     fn step(&mut self) -> bool;
///     // Not for Python: `Position` is no class.
///     fn place(&self) -> Position;
/// }
/// # pub struct Robot(f64);
/// # impl Moves for Robot {
/// #     fn step(&mut self) -> bool { self.0 += 1.0; true }
/// #     fn place(&self) -> Position { Position { x: self.0, y: 0.0 } }
/// # }
/// nb_trampoline!(PyRobot: Robot, dyn Moves);
/// impl Moves for PyRobot {
///     fn step(&mut self) -> bool { nb_override!(self, step) }
///     fn place(&self) -> Position { nb_native!(self, place) }
/// }
/// nb_module!(robots, m, {
///     nb::class_<Robot, PyRobot>(m, "Robot");
/// });
/// # fn main() {}
/// ```
#[macro_export]
macro_rules! nb_native {
    ($this:ident, $func:ident $(, $arg:expr)* $(,)?) => {
        match $crate::__private::Receiver::native($this, ::core::stringify!($func), false) {
            #[allow(unused_mut, reason = "functions with `&self` do not need it")]
            ::core::result::Result::Ok(mut native) => (*native).$func($($arg),*),
            ::core::result::Result::Err(error) => $crate::__private::raise(error),
        }
    };
}

/// The rest of [`nb_override!`](crate::nb_override).
#[doc(hidden)]
#[macro_export]
macro_rules! __nb_override {
    (@find $this:ident $pure:literal $name:tt $head:ident :: $($rest:tt)+) => {
        $crate::__nb_override!(@find $this $pure $name $($rest)+)
    };
    (@find $this:ident $pure:literal [] $func:ident $($rest:tt)*) => {
        $crate::__nb_override!(@call $this $pure (::core::stringify!($func)) $func $($rest)*)
    };
    (@find $this:ident $pure:literal [$name:literal] $func:ident $($rest:tt)*) => {
        $crate::__nb_override!(@call $this $pure ($name) $func $($rest)*)
    };
    (@call $this:ident $pure:literal ($name:expr) $func:ident $(, $arg:expr)* ; else $default:expr) => {
        $crate::__nb_override!(@make $this $pure ($name) $func [$($arg),*]
            [_ if !$crate::__private::has_native(&*$this, $pure) => $default,])
    };
    (@call $this:ident $pure:literal ($name:expr) $func:ident $(, $arg:expr)* $(,)?) => {
        $crate::__nb_override!(@make $this $pure ($name) $func [$($arg),*] [])
    };
    (@make $this:ident $pure:literal ($name:expr) $func:ident [$($arg:expr),*] [$($default:tt)*]) => {{
        static __NB_SITE: $crate::__private::OverrideSite = $crate::__private::OverrideSite::new($name);
        let trampoline = $crate::__private::kind_of(&*$this);
        match $crate::__private::find_override(&*$this, &__NB_SITE) {
            ::core::option::Option::Some(found) => found.call(&*$this, |_arguments| {
                $( _arguments.push($arg)?; )*
                ::core::result::Result::Ok(())
            }),
            $($default)*
            ::core::option::Option::None => match $crate::__private::Receiver::native($this, __NB_SITE.name(), $pure) {
                #[allow(unused_mut, reason = "functions with `&self` do not need it")]
                ::core::result::Result::Ok(mut native) => (*native).$func($($arg),*),
                ::core::result::Result::Err(error) => $crate::__private::failed(trampoline, error),
            },
        }
    }};
    (@find $($other:tt)*) => {
        ::core::compile_error!("nb: say which function is overridden, and with which arguments: `nb_override!(self, speak, volume)`")
    };
}
