//! Threads of native code that call Python until it ends.

use nb::prelude::*;
use std::sync::Arc;
use std::sync::atomic::AtomicUsize;
use std::sync::atomic::Ordering::SeqCst;

static CALLS: AtomicUsize = AtomicUsize::new(0);

type Callback = Box<dyn Fn(usize) -> nb::Result<usize> + Send + Sync>;

/// Calls as long as Python is there.
fn until_the_end(mut call: impl FnMut(usize) -> bool) {
    for number in 0.. {
        if call(number) {
            CALLS.fetch_add(1, SeqCst);
        } else if !nb::is_alive() {
            return;
        }
        if number % 16 == 0 {
            std::thread::yield_now();
        }
    }
}

nb_module!(test_ending_ext, m, {
    m.def("call_for_ever", |threads: usize, f: Callback| {
        let f = Arc::new(f);
        for _ in 0..threads {
            let f = f.clone();
            std::thread::spawn(move || until_the_end(|number| f(number).is_ok_and(|result| result == number + 1)));
        }
    });
    m.def("calls", || CALLS.load(SeqCst));
});
