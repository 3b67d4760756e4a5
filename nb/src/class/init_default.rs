//! The constructor without arguments, `nb::init<>()`: C++ names one function, Rust has two that it could mean.

use std::marker::PhantomData;

/// What `nb::init<>()` runs: `T::new` where that takes no arguments, else `T::default`.
#[doc(hidden)]
pub struct NewOrDefault<F, T>(F, PhantomData<T>);

#[allow(missing_docs)]
impl<F, T> NewOrDefault<F, T> {
    pub fn of(new: F) -> Self {
        NewOrDefault(new, PhantomData)
    }
}

/// A function without arguments.
#[doc(hidden)]
pub trait TakesNothing {}

impl<F: Fn() -> R, R> TakesNothing for F {}

#[allow(missing_docs)]
impl<F: TakesNothing, T> NewOrDefault<F, T> {
    pub fn choose(self) -> F {
        self.0
    }
}

/// `T` can be made of nothing.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "`nb::init<>()` cannot construct a `{Self}`",
    label = "`{Self}` has neither a function `new()` without arguments nor a `Default`",
    note = "write `impl {Self} {{ fn new() -> {Self} {{ .. }} }}` or derive `Default`; another function is named: `nb::init(&{Self}::make)`"
)]
pub trait MadeOfNothing: Sized {
    #[allow(missing_docs)]
    fn make() -> Self;
}

#[diagnostic::do_not_recommend]
impl<T: Default> MadeOfNothing for T {
    fn make() -> T {
        T::default()
    }
}

/// See [`NewOrDefault`].
#[doc(hidden)]
#[allow(missing_docs)]
pub trait WithoutNew<T> {
    fn choose(self) -> impl Fn() -> T + Copy + Send + Sync + 'static
    where
        T: MadeOfNothing + 'static;
}

impl<F, T> WithoutNew<T> for NewOrDefault<F, T> {
    fn choose(self) -> impl Fn() -> T + Copy + Send + Sync + 'static
    where
        T: MadeOfNothing + 'static,
    {
        T::make
    }
}
