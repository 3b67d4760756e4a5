//! Results of native threads in an event loop of `asyncio`, as the guide shows it.

use nb::prelude::*;

/// The number of primes below `below`, counted on a thread of its own. When it is known, the event loop calls `ready` with it.
fn count_primes(below: u32, event_loop: nb::object, ready: nb::callable) -> nb::Result<()> {
    let call_soon = nb::stored::new(event_loop.attr("call_soon_threadsafe").get()?);
    let ready = nb::stored::new(ready);
    std::thread::spawn(move || {
        let count = (2..below).filter(|n| (2..*n).take_while(|d| d * d <= *n).all(|d| n % d != 0)).count();
        // Does nothing when Python has ended meanwhile.
        nb::gil_scoped_acquire::try_run(|| {
            // The loop may be closed.
            if let Err(error) = call_soon.call((&*ready, count)) {
                error.discard_as_unraisable("count_primes");
            }
        });
    });
    Ok(())
}

nb_module!(test_event_loop_ext, m, {
    m.def("count_primes", &count_primes, "below"_a, "event_loop"_a, "ready"_a);
});
