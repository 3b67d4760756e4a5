//! Nobody has called `intrusive_init` in this program.

use nb_intrusive::intrusive_counter;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::ptr::NonNull;

#[test]
fn a_counter_is_not_given_to_python_without_hooks() {
    let counter = intrusive_counter::new();
    counter.inc_ref();
    let object = 0u128;
    // SAFETY: refused.
    let text = catch_unwind(AssertUnwindSafe(|| unsafe { counter.set_self_py(NonNull::from(&object).cast()) }));
    let text = *text
        .unwrap_err()
        .downcast::<String>()
        .unwrap_or_else(|text| Box::new(text.downcast_ref::<&str>().expect("a text").to_string()));
    assert_eq!(text, "nb: a counter was given to Python before `intrusive_init` said how Python objects are counted");
    assert_eq!((counter.self_py(), counter.use_count()), (None, Some(1)));
}
